"""Publication before something binds (公示), whatever is published: a step, or grades. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from talent_rules import UnknownYear, WorkingCalendar


def last_day(since: date, days: int, calendar: WorkingCalendar) -> date | None:
    """Return the last of so many working days after a day, None where no notice tells it yet."""
    try:
        return calendar.add(since, days)
    except UnknownYear:
        return None


@dataclass(frozen=True)
class Publication:
    """What is published on a day, and open for objections for some working days after it.

    `until` is the last of them, None while no holiday notice tells it: so long it stays open.
    `standing` objections wait for an answer.
    """

    since: date
    days: int
    until: date | None
    standing: int = 0

    @classmethod
    def begun(cls, since: date, days: int, calendar: WorkingCalendar) -> "Publication":
        return cls(since, days, last_day(since, days, calendar))

    def dated(self, calendar: WorkingCalendar) -> "Publication":
        """Return it with its last day, where a notice has come out that tells it."""
        return replace(self, until=self.until or last_day(self.since, self.days, calendar))

    def over(self, on: date) -> bool:
        """Tell whether its last day is over."""
        return self.until is not None and self.until < on

    def takes_objections(self, on: date) -> bool:
        """Tell whether objections may be lodged on a day."""
        return not self.over(on)

    def binds(self, on: date) -> bool:
        """Tell whether what was published binds by itself: over, with no objection standing."""
        return self.over(on) and not self.standing
