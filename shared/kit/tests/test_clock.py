"""Instants are UTC, days are Shanghai's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from talent_kit.clock import SystemClock, local_date, local_midnight


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 1, 15, 59, 59, 999_999, UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 16, 0, 0, 0, UTC), date(2026, 1, 2)),
        (datetime(2026, 1, 1, 16, 0, 0, 1, UTC), date(2026, 1, 2)),
    ],
)
def test_a_day_begins_at_four_in_the_afternoon_utc(instant, day):
    assert local_date(instant) == day


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(1990, 7, 1)])
def test_midnight_is_the_first_instant_of_its_day(day):
    first = local_midnight(day)
    assert first.tzinfo is UTC
    assert local_date(first) == day
    assert local_date(first - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_the_clock_can_be_shifted_by_years():
    shifted = SystemClock(timedelta(days=730)).now() - SystemClock().now()
    assert abs(shifted - timedelta(days=730)) < timedelta(seconds=5)
    assert SystemClock().now().tzinfo is UTC
