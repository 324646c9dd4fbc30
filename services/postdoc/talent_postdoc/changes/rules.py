"""Days that count in changes of stations. Pure."""

from datetime import date

from talent_kit.publications import last_day
from talent_rules import WorkingCalendar


def day_counts(on: date, approved_on: date, today: date) -> bool:
    """Tell whether a change may be effective on a day: not before the approval, not to come."""
    return approved_on <= on <= today


def state_by(noticed_on: date, days: int, calendar: WorkingCalendar) -> date | None:
    """Return the last day to state a case, None while no holiday notice tells it."""
    return last_day(noticed_on, days, calendar)


def may_state(last: date | None, today: date) -> bool:
    """Tell whether a case may still be stated."""
    return last is None or today <= last


def may_decide(last: date | None, today: date, *, stated: bool) -> bool:
    """Tell whether a revocation may be decided: the case was stated, or the time for it is over."""
    return stated or (last is not None and today > last)
