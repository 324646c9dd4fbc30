"""Who is due, what indicators earn, and how grades are distributed."""

from collections import Counter
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_postdoc.evaluations.rules import (
    Scored,
    Weighed,
    distribute,
    hundredths,
    is_due,
    points,
)
from talent_postdoc.panels.rules import Grade, grade_of
from talent_postdoc.terms.rules import shipped

TERMS = {name: term.value for name, term in shipped().items()}
SET_UP = date(2021, 9, 1)


@pytest.mark.parametrize(
    ("on", "due"), [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2026, 9, 2), True)]
)
def test_a_comprehensive_evaluation_every_five_years(on, due):
    assert is_due("comprehensive", SET_UP, None, on, TERMS) == due
    assert is_due("comprehensive", date(2010, 1, 1), SET_UP, on, TERMS) == due


@pytest.mark.parametrize(
    ("on", "due"), [(date(2024, 8, 31), False), (date(2024, 9, 1), True), (date(2027, 1, 1), True)]
)
def test_a_new_station_once_three_years_after_its_set_up(on, due):
    assert is_due("new_stations", SET_UP, None, on, TERMS) == due
    assert not is_due("new_stations", SET_UP, date(2023, 1, 1), on, TERMS)


def test_an_anniversary_of_29_february_is_1_march_in_common_years():
    leap = date(2024, 2, 29)
    assert not is_due("comprehensive", leap, None, date(2029, 2, 28), TERMS)
    assert is_due("comprehensive", leap, None, date(2029, 3, 1), TERMS)


def indicator(source="drawn", weight=40, zero=0, full=4):
    return Weighed("x", source, weight, "recruited" if source == "drawn" else None, zero, full)


@pytest.mark.parametrize(
    ("value", "zero", "full", "earned"),
    [
        (0, 0, 4, 0),
        (1, 0, 4, 10),
        (4, 0, 4, 40),
        (5, 0, 4, 40),
        (0, 2, 0, 40),
        (1, 2, 0, 20),
        (2, 2, 0, 0),
        (3, 2, 0, 0),
    ],
)
def test_a_number_earns_its_share_of_the_weight(value, zero, full, earned):
    found = points([indicator(zero=zero, full=full)], {"recruited": value}, {}, None)
    assert found == {"x": earned}


def test_what_was_not_declared_or_assessed_earns_nothing():
    assert points([indicator("declared")], {}, {}, None) == {"x": 0}
    assert points([indicator("declared")], {}, {"x": 4}, None) == {"x": 40}
    assert points([indicator("experts")], {}, {}, None) == {"x": 0}
    assert points([indicator("experts")], {}, {}, 8967) == {"x": Fraction(40 * 8967, 10_000)}


@pytest.mark.parametrize(
    ("number", "kept"),
    [(Fraction(1, 3), 33), (Fraction(2, 3), 67), (Fraction(1, 200), 1), (Fraction(0), 0)],
)
def test_scores_are_kept_in_hundredths_half_rounded_up(number, kept):
    assert hundredths(number) == kept


def scored(*scores):
    return [Scored(UUID(int=number), each) for number, each in enumerate(scores, 1)]


def grades(found, caps):
    return "".join(grade[0] for grade in distribute(found, caps, TERMS).values())


@pytest.mark.parametrize(
    ("caps", "expected"),
    [
        ({}, "eeeeeggppf"),
        ({"excellent": 100}, "eeeeeggppf"),
        ({"excellent": 50}, "eeeeeggppf"),
        ({"excellent": 49}, "eeeegggppf"),
        ({"excellent": 20}, "eegggggppf"),
        ({"excellent": 20, "good": 30}, "eegggppppf"),
        ({"excellent": 0, "good": 0}, "pppppppppf"),
        ({"good": 10}, "eeeeegpppf"),
    ],
)
def test_who_has_no_place_falls_to_the_next_grade(caps, expected):
    found = scored(9900, 9800, 9700, 9600, 9500, 8000, 7900, 7000, 6500, 1000)
    assert grades(found, caps) == expected


def test_of_equal_scores_the_experts_decides_and_then_the_id():
    ids = [UUID(int=number) for number in (1, 2, 3)]
    found = [Scored(ids[0], 9500, 9000), Scored(ids[1], 9500, 9100), Scored(ids[2], 9500, 9100)]
    given_ = distribute(found, {"excellent": 34}, TERMS)
    assert given_ == {ids[0]: "good", ids[1]: "excellent", ids[2]: "good"}
    assert distribute(found[::-1], {"excellent": 34}, TERMS) == given_


ONE = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))
CAPS = st.dictionaries(st.sampled_from(["excellent", "good"]), st.integers(0, 100))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ONE, max_size=60), CAPS, st.randoms())
def test_caps_hold_order_is_kept_and_nobody_rises(pairs, caps, random):
    found = [Scored(UUID(int=n), *pair) for n, pair in enumerate(pairs, 1)]
    given_ = distribute(found, caps, TERMS)
    ladder = list(Grade)
    counted = Counter(given_.values())
    for grade, percent in caps.items():
        assert counted[Grade(grade)] * 100 <= percent * len(found)
    for each in found:
        own = grade_of(each.score, TERMS)
        assert ladder.index(given_[each.id]) >= ladder.index(own)
        assert (given_[each.id] == "failed") == (own == "failed")
        for other in found:
            if each.score > other.score:
                assert ladder.index(given_[each.id]) <= ladder.index(given_[other.id])
    shuffled = list(found)
    random.shuffle(shuffled)
    assert distribute(shuffled, caps, TERMS) == given_
