"""Refresh tokens: their form, and what one that comes means for its session."""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_FAMILY = 16
_SECRET = 32


@dataclass(frozen=True)
class RefreshToken:
    """`family` finds the session and stays; `secret` changes at each use."""

    family: bytes
    secret: bytes

    @classmethod
    def first(cls) -> "RefreshToken":
        return cls(secrets.token_bytes(_FAMILY), secrets.token_bytes(_SECRET))

    @classmethod
    def read(cls, text: str) -> "RefreshToken | None":
        """Return the token that a text is, or None."""
        try:
            raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return None
        fits = len(raw) == _FAMILY + _SECRET
        return cls(raw[:_FAMILY], raw[_FAMILY:]) if fits else None

    def following(self) -> "RefreshToken":
        return RefreshToken(self.family, secrets.token_bytes(_SECRET))

    def text(self) -> str:
        return base64.urlsafe_b64encode(self.family + self.secret).decode()


class Standing(StrEnum):
    """What a refresh token is to its session."""

    CURRENT = "current"
    REPEATED = "repeated"
    """The one before, whose successor was never used: its answer may have been lost."""
    REUSED = "reused"
    """Used before: it is in two hands, and nobody can tell which is the talent's."""
    OVER = "over"
    """Its session has come to its end."""


@dataclass(frozen=True)
class Terms:
    """How long a session may last, lie idle, and take a token again."""

    idle: timedelta
    grace: timedelta


def standing(
    secret: bytes,
    *,
    current: bytes,
    previous: bytes | None,
    used_at: datetime,
    ends_at: datetime,
    now: datetime,
    terms: Terms,
) -> Standing:
    """Judge the hash of a token's secret by those of its session; ends are exclusive."""
    if now >= ends_at or now >= used_at + terms.idle:
        return Standing.OVER
    if hmac.compare_digest(secret, current):
        return Standing.CURRENT
    repeated = previous is not None and hmac.compare_digest(secret, previous)
    return Standing.REPEATED if repeated and now < used_at + terms.grace else Standing.REUSED
