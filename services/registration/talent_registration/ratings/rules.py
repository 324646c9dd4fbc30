"""When what was found bad is to be followed up."""

from datetime import date, timedelta

from talent_rules.calendar import WorkingCalendar
from talent_rules.errors import UnknownYear

LOWEST_GOOD = 3
"""A grade below this one is bad and has to be followed up."""
WORKING_DAYS = 15
"""For calling back and putting right; some provinces set five."""
_CALENDAR = WorkingCalendar()


def due(told_on: date) -> date:
    """Return the last day for a follow-up.

    Before the next year's holidays are announced weekends alone are counted, so that the day may
    come early and never late.
    """
    try:
        return _CALENDAR.add(told_on, WORKING_DAYS)
    except UnknownYear:
        return told_on + timedelta(weeks=WORKING_DAYS // 5)
