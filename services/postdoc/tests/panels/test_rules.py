"""Composition, quorum and grades at, below and above each figure."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_postdoc.panels.rules import (
    COMPOSITION,
    Ballot,
    Grade,
    Interests,
    Purpose,
    Seat,
    breaches,
    conflict,
    grade_of,
    needed_for_quorum,
    result,
    twice,
)
from talent_postdoc.terms.rules import shipped

TERMS = {name: term.value for name, term in shipped().items()}


def seats(number, supervisors=0, outside=0, chairs=1, **first):
    kinds = ["university_supervisor"] * supervisors + ["outside"] * outside
    kinds += ["industry"] * (number - len(kinds))
    found = [
        {"login": f"e{n}", "name": f"n{n}", "organisation": f"o{n}", "advisor": False}
        | {"kind": kinds[n], "chair": n < chairs}
        for n in range(number)
    ]
    found[0] |= first
    return [Seat(**each) for each in found]


def codes(purpose, members):
    return [each.code for each in breaches(purpose, members, TERMS)]


@pytest.mark.parametrize(
    ("purpose", "number", "broken"),
    [
        ("entry", 4, ["too-few"]),
        ("entry", 5, []),
        ("entry", 6, []),
        ("mid_term", 2, ["too-few"]),
        ("mid_term", 3, []),
        ("mid_term", 5, []),
        ("mid_term", 6, ["too-many"]),
        ("exit", 4, ["too-few"]),
        ("exit", 5, []),
        ("evaluation", 4, ["too-few"]),
        ("evaluation", 5, []),
        ("set_up", 4, ["too-few"]),
        ("set_up", 5, []),
        ("grant", 4, ["too-few"]),
        ("grant", 5, []),
    ],
)
def test_how_many_sit(purpose, number, broken):
    assert codes(Purpose(purpose), seats(number, supervisors=2 - (number < 3), outside=1)) == broken


@pytest.mark.parametrize(("supervisors", "broken"), [(1, True), (2, False), (3, False)])
def test_an_entry_panel_has_supervisors_of_a_mobile_station(supervisors, broken):
    found = codes(Purpose.ENTRY, seats(5, supervisors=supervisors))
    assert found == (["too-few-supervisors"] if broken else [])


@pytest.mark.parametrize(("outside", "broken"), [(0, True), (1, False), (2, False)])
def test_an_exit_panel_has_members_from_outside(outside, broken):
    found = codes(Purpose.EXIT, seats(5, outside=outside))
    assert found == (["too-few-outside"] if broken else [])


@pytest.mark.parametrize(("chairs", "broken"), [(0, True), (1, False), (2, True)])
def test_one_chairs(chairs, broken):
    assert codes(Purpose.MID_TERM, seats(3, chairs=chairs)) == (["chairs"] if broken else [])


def test_the_advisor_does_not_chair_the_mid_term_review_but_sits_and_votes():
    assert codes(Purpose.MID_TERM, seats(3, advisor=True)) == ["advisor-chairs"]
    assert codes(Purpose.MID_TERM, seats(3, advisor=True, chair=False)) == ["chairs"]
    assert codes(Purpose.ENTRY, seats(5, supervisors=2, advisor=True)) == []


def test_nobody_sits_twice_by_login_or_by_name_and_organisation():
    one, two = seats(2)
    assert twice([one, two]) is None
    assert twice([one, Seat("e0", "x", "industry", "y", advisor=False, chair=False)]) == 1
    alike = Seat("other", " N0 ", "industry", "O 0", advisor=False, chair=False)
    assert twice([one, two, alike]) == 2


NEAR = Interests("fellow", frozenset({"agent"}), frozenset({"示例企业"}), "王导")


@pytest.mark.parametrize(
    ("purpose", "changes", "found"),
    [
        ("exit", {"login": "fellow"}, "subject"),
        ("evaluation", {"login": "agent"}, "same-unit"),
        ("evaluation", {"organisation": "示例 企业"}, "same-unit"),
        ("evaluation", {"organisation": "示例企业集团"}, None),
        ("exit", {"organisation": "示例企业"}, None),
        ("exit", {"organisation": "示例企业", "kind": "outside"}, "same-unit"),
        ("exit", {"login": "agent", "kind": "outside"}, "same-unit"),
        ("exit", {"name": "王 导"}, "advisor-not-said"),
        ("exit", {"name": "王导", "advisor": True}, None),
    ],
)
def test_conflicts_that_can_be_found(purpose, changes, found):
    (seat,) = seats(1, **changes)
    assert conflict(Purpose(purpose), seat, NEAR) == found


@pytest.mark.parametrize(
    ("members", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6)]
)
def test_two_thirds_are_a_quorum(members, needed):
    assert needed_for_quorum(members, TERMS) == needed


def ballots(text):
    letters = {"e": "excellent", "g": "good", "p": "passed", "f": "failed"}
    return [Ballot(letters[each]) for each in text]


@pytest.mark.parametrize(
    ("purpose", "votes", "grade"),
    [
        ("exit", "eegg", "good"),
        ("exit", "eeg", "excellent"),
        ("exit", "eggp", "good"),
        ("exit", "egpp", "passed"),
        ("exit", "ppf", "passed"),
        ("exit", "ppff", "failed"),
        ("exit", "f", "failed"),
        ("entry", "pppf", "passed"),
        ("entry", "pff", "failed"),
        ("entry", "ppfff", "failed"),
        ("entry", "pppff", "failed"),
        ("entry", "ppppff", "passed"),
        ("mid_term", "eep", "excellent"),
        ("mid_term", "epp", "passed"),
        ("mid_term", "epf", "passed"),
        ("mid_term", "eff", "failed"),
    ],
)
def test_the_grade_is_the_best_that_two_thirds_gave_or_exceeded(purpose, votes, grade):
    assert result(Purpose(purpose), ballots(votes), TERMS).grade == grade


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (10000, "excellent"),
        (9000, "excellent"),
        (8999, "good"),
        (7500, "good"),
        (7499, "passed"),
        (6000, "passed"),
        (5999, "failed"),
        (0, "failed"),
    ],
)
def test_the_grade_of_points(score, grade):
    assert grade_of(score, TERMS) == grade


@pytest.mark.parametrize(
    ("scores", "mean"), [((90,), 9000), ((90, 89), 8950), ((90, 90, 89), 8967), ((0, 0, 1), 33)]
)
def test_the_mean_is_kept_in_hundredths_rounded_half_up(scores, mean):
    found = result(Purpose.EVALUATION, [Ballot("", each) for each in scores], TERMS)
    assert found.score == mean


GRADED = st.sampled_from([each for each in Purpose if not COMPOSITION[each].scored])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRADED, st.data())
def test_one_better_vote_never_makes_the_grade_worse_and_order_does_not_count(purpose, data):
    grades = COMPOSITION[purpose].grades
    votes = data.draw(st.lists(st.sampled_from(grades), min_size=1, max_size=9))
    place = data.draw(st.integers(0, len(votes) - 1))
    better = list(votes)
    better[place] = data.draw(st.sampled_from(grades[: grades.index(votes[place]) + 1]))

    def rank(given_):
        found = result(purpose, [Ballot(each) for each in given_], TERMS)
        return grades.index(Grade(found.grade))

    assert rank(better) <= rank(votes)
    assert rank(data.draw(st.permutations(votes))) == rank(votes)
    assert min(map(grades.index, votes)) <= rank(votes) <= max(map(grades.index, votes))
