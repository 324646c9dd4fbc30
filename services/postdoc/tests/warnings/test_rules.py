"""Days of warnings, at the edges of months and leap years."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_postdoc.terms.rules import shipped
from talent_postdoc.warnings.rules import after_the_day, cutoff, mend_until, remind_on
from talent_rules.spans import elapsed_years

TERMS = {name: term.value for name, term in shipped().items()}


@pytest.mark.parametrize(
    ("today", "years", "last"),
    [
        (date(2028, 2, 28), 2, date(2026, 2, 28)),
        (date(2028, 2, 29), 2, date(2026, 2, 28)),
        (date(2028, 3, 1), 2, date(2026, 3, 1)),
        (date(2030, 2, 28), 2, date(2028, 2, 28)),
        (date(2030, 3, 1), 2, date(2028, 3, 1)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_the_last_day_of_which_the_anniversary_has_come(today, years, last):
    assert cutoff(today, years) == last


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6), st.dates())
def test_it_is_the_last_day_with_so_many_full_years(today, years, day):
    assert (day <= cutoff(today, years)) == (elapsed_years(day, today) >= years)


@pytest.mark.parametrize(
    ("warned", "until"),
    [(date(2026, 9, 1), date(2027, 9, 1)), (date(2028, 2, 29), date(2029, 3, 1))],
)
def test_a_year_to_mend(warned, until):
    assert mend_until(warned, TERMS) == until


@pytest.mark.parametrize(("days", "reminded"), [(29, 0), (30, 0), (31, 1)])
def test_nobody_is_reminded_before_today(days, reminded):
    today = date(2026, 9, 1)
    due = date.fromordinal(today.toordinal() + days)
    assert (remind_on(due, today, TERMS) - today).days == reminded


def test_what_follows_from_a_day_that_passed():
    assert after_the_day("idle", "open") == "suspended"
    assert after_the_day("idle", "suspended") == "proposed"
    assert after_the_day("evaluation", "open") == "proposed"
