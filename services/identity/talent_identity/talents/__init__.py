"""Talents: registering with an identity document, being found, being shown masked."""
