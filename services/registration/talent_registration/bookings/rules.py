"""On which day, and where, an employer can have been at an activity."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from talent_kit.clock import local_date


class Status(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Session(Protocol):
    """A session of an activity."""

    starts_at: datetime
    ends_at: datetime


S = TypeVar("S", bound=Session)


def held_on(sessions: Iterable[S], day: date) -> S | None:
    """Return the first session of a day in Asia/Shanghai; None where there is none."""
    theirs = [
        one for one in sessions if local_date(one.starts_at) <= day <= local_date(one.ends_at)
    ]
    return min(theirs, key=lambda one: one.starts_at, default=None)


def has_begun(session: Session | None, day: date, now: datetime) -> bool:
    """Tell whether somebody can have been at a session on a day of it by now."""
    return session is not None and session.starts_at <= now and day <= local_date(now)
