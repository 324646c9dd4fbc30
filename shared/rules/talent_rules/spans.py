"""Calendar arithmetic as Chinese administration counts it; pure functions on dates."""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def elapsed_years(start: date, end: date) -> int:
    """The greatest n whose n-th anniversary is not after `end`; negative before `start`."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def elapsed_months(start: date, end: date) -> int:
    """The greatest n for which n months later is not after `end`; negative before `start`."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the first of the next where that day is missing.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        if day.day <= 28:
            raise
        return date(year, month + 2, 1)


def term_years(first_day: date, last_day: date) -> int:
    """Full years of a term whose last day belongs to it."""
    return elapsed_years(first_day, last_day + ONE_DAY)
