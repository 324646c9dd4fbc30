"""What the Nanping pack lets be granted once, and what a person's yes pays."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from talent_kit.regions import regions
from talent_policy.facts.known import Parties
from talent_policy.facts.reading import read_value
from talent_policy.facts.vocabulary import assumed
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.deciding import claims, decide, environment
from talent_rules import Outcome, WorkingCalendar

from ..world import base_facts, nanping

RULES = compile_pack(nanping())
SELECTED = ("1.1", "1.2d", "1.3", "1.5", "3.5", "4.1")
"""What is granted for a project that an authority selected or approved."""


def _given(measure: str, day: date, facts: dict[str, Any]):
    values = dict(assumed())
    for name, raw in (base_facts(measure) | facts).items():
        values[name] = read_value(name, raw, day)
    return values, environment(RULES, day, regions(), WorkingCalendar())


def _keys(measure: str, day: date, *, matter: int = 3, **facts: Any) -> set[tuple[str, str]]:
    named = {name.replace("__", "."): raw for name, raw in facts.items()}
    values, env = _given(measure, day, named)
    kind = RULES.measures[measure].content.per
    parties = Parties(kind, UUID(int=matter), UUID(int=1), UUID(int=2))
    return set(claims(RULES.measures[measure], parties, values, env))


@pytest.mark.parametrize(
    ("measure", "number"),
    [
        ("1.2b", "project__contract_number"),
        ("2.4b", "fair__event_number"),
        *((measure, "project__selection_number") for measure in SELECTED),
    ],
)
def test_two_matters_alike_in_day_and_sum_are_told_apart_by_their_number(measure, number):
    day = date(2022, 12, 1)
    first = _keys(measure, day, matter=3, **{number: "EX-1"})
    assert not first & _keys(measure, day, matter=4, **{number: "EX-2"})
    for alike in ("EX-1", "ex-1", " EX\u20131 ", "ＥＸ－１", "EX\u200b-1"):
        assert first & _keys(measure, day, matter=4, **{number: alike})


@pytest.mark.parametrize("measure", SELECTED)
def test_a_project_is_claimed_as_itself_and_by_the_number_of_its_decision(measure):
    day = date(2023, 5, 10)
    keys = _keys(measure, day, project__selection_number="EX-1/1")
    assert len(keys) == 2
    assert not keys & _keys(measure, day, matter=4, project__selection_number="EX-1/2")
    assert keys & _keys(measure, day, project__selection_number="EX-9")


def test_a_doctor_enters_for_the_first_time_once_and_again_by_the_day():
    day = date(2023, 9, 1)
    first = _keys("1.2e", day, matter=3)
    assert first == _keys("1.2e", day, matter=4, fellowship__entered_on="2023-03-01")
    again = _keys("1.2e", day, fellowship__entry="again", fellowship__entered_on="2023-03-01")
    assert not first & again
    moved = _keys("1.2e", day, fellowship__entry="moved", fellowship__entered_on="2023-03-01")
    assert moved == again


@pytest.mark.parametrize(
    ("measure", "before"),
    [("2.1", "person__hiring_subsidy_before"), ("2.2", "person__settling_grant_before")],
)
def test_a_return_that_a_person_decides_on_is_claimed_apart(measure, before):
    day = date(2025, 9, 1)
    first = _keys(measure, day)
    returned: dict[str, Any] = {"employment__pension_in_city": "first_since_return"}
    assert _keys(measure, day, **returned) == first
    assert _keys(measure, day, **{before: True}) == first
    assert not _keys(measure, day, **returned, **{before: True}) & first


@pytest.mark.parametrize("measure", ["3.1", "4.1"])
def test_a_grant_within_the_year_leaves_the_rest_for_after_it(measure):
    within = _keys(measure, date(2022, 12, 31))
    assert within == _keys(measure, date(2022, 6, 1))
    after = _keys(measure, date(2023, 1, 1))
    assert not within & after
    assert after == _keys(measure, date(2024, 5, 1))


PARTS = [
    ("1.1", "recipient", "project.recipient", "shared", "project.recipient_part"),
    ("1.2b", "landed", "project.landing", "partly", "project.landed_amount"),
    ("1.3", "recipient", "project.recipient", "shared", "project.recipient_part"),
    ("1.5", "recipient", "project.recipient", "shared", "project.recipient_part"),
    ("2.4b", "own", "fair.paid_elsewhere", True, "fair.part_due"),
    ("2.4b", "cost", "fair.over_standard", True, "fair.part_due"),
    ("3.1", "schooling", "employer.schooling", "both", "employer.schooling_in_city"),
    ("3.2a", "year", "enrolment.attendance", "part", "enrolment.part_due"),
    ("3.3b", "new", "station.approval", "changed", "station.part_due"),
    ("3.4", "contest", "contest.level", "international", "contest.international_amount"),
    ("3.5", "recipient", "project.recipient", "shared", "project.recipient_part"),
    ("4.1", "loan", "project.loan_use", "mixed", "project.interest_part"),
    ("4.1", "once", "project.interest_subsidy_before", True, "project.interest_part"),
    ("4.1", "paid", "project.interest_paid_less", True, "project.interest_part"),
    (
        "4.2a",
        "granted",
        "person.provincial_startup_grant_to",
        "several",
        "person.provincial_startup_part",
    ),
]


@pytest.mark.parametrize(("measure", "requirement", "fact", "value", "part"), PARTS)
def test_a_yes_pays_nothing_until_the_part_is_stated_and_then_the_part(
    measure, requirement, fact, value, part
):
    day = date(2023, 9, 1)
    values, env = _given(measure, day, {fact: value})
    yes = {requirement: True}
    open_ = decide(RULES.measures[measure], values, env, yes)
    assert (open_.outcome, open_.missing, open_.amount_fen) == (Outcome.UNKNOWN, (part,), None)
    least = decide(RULES.measures[measure], values | {part: 100}, env, yes)
    assert least.outcome is Outcome.ELIGIBLE
    assert 0 < (least.amount_fen or 0) <= 100
    nothing = decide(RULES.measures[measure], values | {part: 0}, env, yes)
    assert nothing.outcome is Outcome.INELIGIBLE
    most = decide(RULES.measures[measure], values | {part: 10**12}, env, yes)
    whole = decide(RULES.measures[measure], _given(measure, day, {})[0], env)
    assert measure == "3.4" or most.amount_fen == whole.amount_fen
