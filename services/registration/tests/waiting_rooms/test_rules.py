"""The order that is drawn, and how fast it is let in."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_registration.waiting_rooms.rules import Admission, commitment, lot

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
ADMISSIONS = st.builds(
    Admission,
    base=st.integers(0, 10**6),
    since=st.just(NOON),
    per_minute=st.integers(1, 600_000),
)


@given(ADMISSIONS, st.integers(1, 10**6))
def test_everybody_is_let_in_at_their_turn_and_not_before(admission, more):
    position = admission.base + more
    turn = admission.turn_of(position)
    assert turn > NOON
    assert admission.reached(turn) >= position
    assert admission.reached(turn - timedelta(microseconds=1)) < position


@given(ADMISSIONS, st.timedeltas(timedelta(-10), timedelta(10)), st.timedeltas(timedelta(0)))
def test_who_was_let_in_stays_so(admission, at, later):
    now = NOON + at
    later = min(later, timedelta(days=10))
    assert admission.base <= admission.reached(now) <= admission.reached(now + later)


@given(ADMISSIONS, st.integers(0, 3600), st.integers(1, 600_000))
def test_another_rate_counts_from_when_it_was_set(admission, seconds, other):
    now = NOON + timedelta(seconds=seconds)
    after = Admission(admission.reached(now), now, other)
    assert after.reached(now) == admission.reached(now)
    assert after.reached(now + timedelta(minutes=1)) == admission.reached(now) + other


@pytest.mark.parametrize(
    ("seconds", "reached"), [(-1, 0), (0, 0), (0.999, 0), (1, 1), (59.9, 59), (60, 60)]
)
def test_sixty_a_minute(seconds, reached):
    assert Admission(0, NOON, 60).reached(NOON + timedelta(seconds=seconds)) == reached


def test_every_place_is_as_likely_for_everybody():
    """Ten people, a thousand seeds: chi-square of 81 degrees of freedom stays below 1 in 10^6."""
    random, people, draws = Random(7), [UUID(int=number) for number in range(10)], 1000
    places: Counter[tuple[int, int]] = Counter()
    for _ in range(draws):
        seed = random.randbytes(32)
        order = sorted(people, key=lambda talent: lot(seed, talent))
        places.update((place, talent.int) for place, talent in enumerate(order))
    expected = draws / len(people)
    found = sum(
        (places[place, who] - expected) ** 2 / expected for place in range(10) for who in range(10)
    )
    assert found < 152


def test_a_commitment_belongs_to_one_seed():
    assert commitment(bytes(32)) != commitment(bytes(31) + b"\1")
    assert len(commitment(bytes(32))) == 64
