"""Secrets by which whoever holds one may do something: of each, only a digest is kept.

They are drawn from so many that a plain digest cannot be searched through.
"""

import hashlib
import secrets

_BYTES = 32


def new_secret() -> str:
    """Return a new secret, as it may stand in an address or a header."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()
