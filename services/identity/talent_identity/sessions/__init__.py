"""Signing in from a mini-program, and staying signed in."""
