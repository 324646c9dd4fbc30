"""The days on which something is done: past ones, whose working days are known for good."""

from datetime import UTC, date, datetime, timedelta

from talent_kit.clock import local_midnight

BEGINNING = date(2023, 3, 1)
ADMITTED = date(2023, 3, 15)
"""Publications and notices of the first day are over."""
ENTERED = date(2023, 3, 31)
MIDTERM = date(2024, 4, 8)
EXIT = date(2025, 1, 6)
"""More than 21 months after the entry: and the year's round of evaluation."""
BOUND = date(2025, 1, 20)
OVERDUE = date(2026, 2, 5)
"""A year and some days after the warning."""

_MORNING = timedelta(hours=9)


def ahead(day: date) -> timedelta:
    """Return how far the morning of a day is from now."""
    return local_midnight(day) + _MORNING - datetime.now(UTC)
