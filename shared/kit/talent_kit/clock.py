"""The one source of time: instants are UTC, dates are Asia/Shanghai."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What tells the time; injected everywhere, so that years can be tested."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, moved by `shift` (a development setting)."""

    shift: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


def local_date(instant: datetime) -> date:
    """Return the calendar date in Asia/Shanghai at an instant."""
    return instant.astimezone(SHANGHAI).date()


def local_midnight(day: date) -> datetime:
    """Return the UTC instant at which a day begins in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
