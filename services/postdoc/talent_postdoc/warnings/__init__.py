"""Warnings of stations (警告): raised, mended, or followed by a proposed revocation."""
