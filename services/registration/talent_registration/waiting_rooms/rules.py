"""Whose turn it is in a waiting room: an order that nobody can better, and a rate.

Pure: who is let in follows from the clock alone, so that processes agree without asking each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Admission:
    """`base` positions had been let in at `since`; from then on so many a minute are."""

    base: int
    since: datetime
    per_minute: int

    def reached(self, now: datetime) -> int:
        """Return the position up to which people are let in."""
        return self.base + max(now - self.since, timedelta()) * self.per_minute // _MINUTE

    def turn_of(self, position: int) -> datetime:
        """Return the first instant at which a position is let in."""
        microseconds = (position - self.base) * 60_000_000
        return self.since + timedelta(microseconds=-(-microseconds // self.per_minute))


def commitment(seed: bytes) -> str:
    """Return what is published of a seed beforehand: it cannot be chosen later."""
    return sha256(seed).hexdigest()


def lot(seed: bytes, talent_id: UUID) -> bytes:
    """Return by what those who entered before the opening are put in order; the least goes first.

    The draw in the repository computes the same, in SQL.
    """
    return sha256(seed + talent_id.bytes).digest()
