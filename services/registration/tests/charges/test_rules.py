"""What goes back of a price, at each side of each step."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_registration.charges.rules import given_back

BEGINS = datetime(2026, 10, 1, 1, tzinfo=UTC)
STEPS = [{"days": 2, "percent": 50}, {"days": 7, "percent": 100}]
HAIR = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("left", "fen"),
    [
        (timedelta(days=7) + HAIR, 1001),
        (timedelta(days=7), 1001),
        (timedelta(days=7) - HAIR, 501),
        (timedelta(days=2), 501),
        (timedelta(days=2) - HAIR, 0),
        (timedelta(days=-1), 0),
    ],
)
def test_the_step_of_the_most_days_that_are_left_counts(left, fen):
    assert given_back(1001, STEPS, BEGINS, BEGINS - left) == fen


def test_without_steps_everything_goes_back():
    assert given_back(1001, [], BEGINS, BEGINS) == 1001


@given(
    fen=st.integers(1, 10**7),
    steps=st.lists(
        st.fixed_dictionaries({"days": st.integers(0, 365), "percent": st.integers(0, 100)}),
        max_size=10,
        unique_by=lambda step: step["days"],
    ),
    hours=st.integers(-100, 10_000),
)
def test_never_less_than_nothing_or_more_than_the_price(fen, steps, hours):
    assert 0 <= given_back(fen, steps, BEGINS, BEGINS - timedelta(hours=hours)) <= fen
