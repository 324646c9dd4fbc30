from datetime import UTC, date, datetime
from itertools import permutations
from uuid import UUID

import pytest
from talent_policy.facts.known import KnownFact, Parties, Stated, prevailing
from talent_policy.facts.vocabulary import SIDES, SubjectKind, parties_of

DAY = date(2023, 7, 1)


def _said(value, *, verified, at, source="education", valid_from=None, valid_until=None):
    observed = datetime(2023, 1, at, tzinfo=UTC)
    return Stated(KnownFact(value, source, verified, observed), valid_from, valid_until)


def test_a_verified_fact_beats_a_newer_declared_one():
    words = [
        _said("master", verified=True, at=1),
        _said("doctor", verified=False, at=2, source="talent"),
    ]
    assert prevailing(words, DAY).value == "master"


def test_the_newest_word_of_a_register_wins_in_any_order():
    words = [
        _said("master", verified=True, at=1),
        _said("doctor", verified=True, at=3, source="reviewer"),
        _said("bachelor", verified=True, at=2, source="talent_office"),
    ]
    assert {prevailing(order, DAY).value for order in permutations(words)} == {"bachelor"}
    by_people = [words[1], _said("other", verified=False, at=4, source="talent")]
    assert {prevailing(order, DAY).value for order in permutations(by_people)} == {"doctor"}


def test_two_of_the_same_instant_do_not_depend_on_their_order():
    words = [
        _said("master", verified=True, at=1, source="reviewer"),
        _said("doctor", verified=True, at=1, source="education"),
    ]
    assert {prevailing(order, DAY).value for order in permutations(words)} == {"doctor"}


@pytest.mark.parametrize(
    ("first", "last", "known"),
    [
        (date(2023, 7, 1), None, True),
        (date(2023, 7, 2), None, False),
        (None, date(2023, 7, 1), True),
        (None, date(2023, 6, 30), False),
    ],
)
def test_a_fact_holds_on_its_first_and_last_day(first, last, known):
    word = _said("master", verified=True, at=1, valid_from=first, valid_until=last)
    assert (prevailing([word], DAY) is not None) is known


def test_a_verified_fact_that_ended_gives_way_to_a_declared_one():
    words = [
        _said("master", verified=True, at=2, valid_until=date(2023, 6, 30)),
        _said("doctor", verified=False, at=1, source="talent"),
    ]
    assert prevailing(words, DAY).value == "doctor"


@pytest.mark.parametrize("kind", SubjectKind)
def test_parties_are_the_subject_and_who_takes_part_in_it(kind):
    own, person, at = UUID(int=1), UUID(int=2), UUID(int=3)
    own = {SubjectKind.PERSON: person, SubjectKind.ORGANISATION: at}.get(kind, own)
    sides = SIDES[kind]
    parties = Parties(
        kind, own, person if sides.person else None, at if sides.organisation else None
    )
    assert {each for each in SubjectKind if parties.of(each)} == parties_of(kind)
    assert parties.of(kind) == own
