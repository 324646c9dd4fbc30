"""When a follow-up is due."""

from datetime import date

import pytest
from talent_registration.ratings.rules import due
from talent_rules.calendar import WorkingCalendar


@pytest.mark.parametrize(
    ("told_on", "expected"),
    [
        (date(2026, 3, 2), date(2026, 3, 23)),
        (date(2026, 3, 7), date(2026, 3, 27)),
    ],
)
def test_fifteen_working_days(told_on, expected):
    assert due(told_on) == expected


def test_a_year_whose_holidays_are_not_known_yet_counts_weekends_alone():
    last = WorkingCalendar().last_year
    assert due(date(last, 12, 30)) == date(last + 1, 1, 20)
    assert due(date(last + 1, 3, 1)) == date(last + 1, 3, 22)
