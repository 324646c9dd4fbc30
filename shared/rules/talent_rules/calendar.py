"""Working days by the State Council's yearly holiday notices (国务院办公厅节假日安排)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version as version_of

import chinese_calendar

from .errors import UnknownYear


@cache
def _loaded() -> tuple[Sequence[date], int, int]:
    """All known working days in order, and the first and the last year of the notices."""
    holidays, make_up_days = chinese_calendar.holidays, chinese_calendar.workdays
    first, last = min(holidays).year, max(holidays).year
    count = (date(last, 12, 31) - date(first, 1, 1)).days + 1
    days = (date(first, 1, 1) + timedelta(n) for n in range(count))
    working = tuple(
        day for day in days if day in make_up_days or (day.weekday() < 5 and day not in holidays)
    )
    return working, first, last


@cache
def _release() -> str:
    """The installed release of the source, which is read from files."""
    return version_of("chinesecalendar")


class WorkingCalendar:
    """Working days, make-up weekends (调休) included; refuses years without a notice.

    `last_year` leaves out later notices, so that an old decision replays with what was known then.
    Every method raises UnknownYear rather than guess.
    """

    def __init__(self, last_year: int | None = None) -> None:
        self._last_year_wanted = last_year

    @property
    def first_year(self) -> int:
        """The first year that is known."""
        return _loaded()[1]

    @property
    def last_year(self) -> int:
        """The last year that is known."""
        known = _loaded()[2]
        return known if self._last_year_wanted is None else min(known, self._last_year_wanted)

    @property
    def version(self) -> str:
        """What decisions record: the source's release and the years known."""
        return f"chinesecalendar-{_release()}:{self.first_year}-{self.last_year}"

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day."""
        self._require(day.year)
        working = _loaded()[0]
        index = bisect_right(working, day)
        return index > 0 and working[index - 1] == day

    def count(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first.

        The day on which a period begins does not count (Civil Code art. 201).
        """
        self._require(start.year)
        self._require(end.year)
        working = _loaded()[0]
        return bisect_right(working, end) - bisect_right(working, start)

    def add(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`, and `start` itself for 0; ValueError below 0."""
        if days < 0:
            raise ValueError("a period has no negative number of working days")
        self._require(start.year)
        if days == 0:
            return start
        working = _loaded()[0]
        index = bisect_right(working, start) + days - 1
        if index >= len(working) or working[index].year > self.last_year:
            raise UnknownYear(self.last_year + 1)
        return working[index]

    def _require(self, year: int) -> None:
        if not self.first_year <= year <= self.last_year:
            raise UnknownYear(year)
