"""Outcomes of measures: every state of a requirement, and how states combine."""

from itertools import product

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st
from talent_rules import (
    Expression,
    FactType,
    Measure,
    Outcome,
    Referral,
    Requirement,
    RequirementResult,
    State,
    compile_expression,
    evaluate,
)

from . import random_rules
from .worlds import ENVIRONMENT, VOCABULARY


def compiled(text: str, returns: FactType = FactType.BOOL, vocabulary=VOCABULARY) -> Expression:
    return compile_expression(text, vocabulary, returns=returns)


def referral(text: str, **options) -> Referral:
    return Referral(compiled(text, **options), "理由", f"because {text}")


def requirement(name: str, text: str, *referrals: Referral, **options) -> Requirement:
    return Requirement(name, "条件", text, "1", compiled(text, **options), referrals)


def measure(*requirements: Requirement, amount="100", referrals=()) -> Measure:
    return Measure("2.2", "person", requirements, compiled(amount, FactType.MONEY), referrals)


DISPATCHED = referral("person.children > 9")
"""Stands for any case that a document leaves open."""


@pytest.mark.parametrize(
    ("facts", "state", "missing"),
    [
        ({"person.full_time": True, "person.children": 1}, State.TRUE, ()),
        ({"person.full_time": False, "person.children": 1}, State.FALSE, ()),
        ({"person.children": 1}, State.UNKNOWN, ("person.full_time",)),
        # a referral goes before true, false and unknown
        ({"person.full_time": True, "person.children": 10}, State.REFERRED, ()),
        ({"person.full_time": False, "person.children": 10}, State.REFERRED, ()),
        ({"person.children": 10}, State.REFERRED, ()),
        # and while it is not known, nothing is
        ({"person.full_time": True}, State.UNKNOWN, ("person.children",)),
        ({"person.full_time": False}, State.UNKNOWN, ("person.children",)),
        ({}, State.UNKNOWN, ("person.children", "person.full_time")),
    ],
)
def test_states_of_a_requirement(facts, state, missing):
    judged = evaluate(measure(requirement("a", "person.full_time", DISPATCHED)), facts, ENVIRONMENT)
    reasons = (DISPATCHED,) if state is State.REFERRED else ()
    assert judged.verdict.requirements == (RequirementResult("a", state, reasons, missing),)


def test_a_requirement_without_referrals():
    judged = measure(requirement("a", "person.full_time"))
    for facts, state, missing in (
        ({"person.full_time": True}, State.TRUE, ()),
        ({"person.full_time": False}, State.FALSE, ()),
        ({}, State.UNKNOWN, ("person.full_time",)),
    ):
        result = evaluate(judged, facts, ENVIRONMENT).verdict.requirements
        assert result == (RequirementResult("a", state, (), missing),)


def test_all_reasons_that_apply_are_given():
    first, second, third = (referral(f"person.children > {n}") for n in (1, 2, 3))
    judged = evaluate(
        measure(requirement("a", "true", first, second, third)), {"person.children": 3}, ENVIRONMENT
    )
    assert judged.verdict.requirements[0].reasons == (first, second)


def test_one_referral_is_enough_while_another_is_unknown():
    other = referral("employment.salary > 5")
    judged = evaluate(
        measure(requirement("a", "true", other, DISPATCHED)), {"person.children": 10}, ENVIRONMENT
    )
    assert judged.verdict.outcome is Outcome.NEEDS_PERSON
    assert judged.verdict.missing == ()


FALSE = requirement("false", "false")
TRUE = requirement("true", "true")
REFERRED = requirement("referred", "true", referral("true"))
UNKNOWN = requirement("unknown", "person.full_time")
OPEN = requirement("open", "true", DISPATCHED)
"""True, but for a referral that is not known."""


@pytest.mark.parametrize(
    ("requirements", "outcome", "missing", "amount"),
    [
        ([TRUE], Outcome.ELIGIBLE, (), 100),
        ([TRUE, FALSE], Outcome.INELIGIBLE, (), None),
        ([FALSE, REFERRED, UNKNOWN, OPEN], Outcome.INELIGIBLE, (), None),
        ([REFERRED, TRUE], Outcome.NEEDS_PERSON, (), 100),
        ([REFERRED, UNKNOWN], Outcome.NEEDS_PERSON, ("person.full_time",), 100),
        # it can become referred, which changes nothing, but never false
        ([REFERRED, OPEN], Outcome.NEEDS_PERSON, (), 100),
        ([TRUE, UNKNOWN], Outcome.UNKNOWN, ("person.full_time",), 100),
        ([TRUE, OPEN], Outcome.UNKNOWN, ("person.children",), 100),
        ([OPEN, UNKNOWN], Outcome.UNKNOWN, ("person.children", "person.full_time"), 100),
        ([], Outcome.ELIGIBLE, (), 100),
    ],
)
def test_outcomes(requirements, outcome, missing, amount):
    judged = evaluate(measure(*requirements), {}, ENVIRONMENT)
    assert (judged.verdict.outcome, judged.verdict.missing, judged.amount_fen) == (
        outcome,
        missing,
        amount,
    )
    assert [result.id for result in judged.verdict.requirements] == [r.id for r in requirements]


@pytest.mark.parametrize(
    ("salary", "state", "outcome", "amount"),
    [
        (1, State.TRUE, Outcome.ELIGIBLE, 1),
        (0, State.FALSE, Outcome.INELIGIBLE, None),
        (-1, State.FALSE, Outcome.INELIGIBLE, None),
    ],
)
def test_an_amount_is_above_zero(salary, state, outcome, amount):
    judged = evaluate(
        measure(TRUE, amount="employment.salary"), {"employment.salary": salary}, ENVIRONMENT
    )
    assert judged.verdict.amount == RequirementResult("amount", state)
    assert (judged.verdict.outcome, judged.amount_fen) == (outcome, amount)


@pytest.mark.parametrize(
    ("requirement", "outcome", "missing"),
    [
        (TRUE, Outcome.UNKNOWN, ("employment.salary",)),
        (UNKNOWN, Outcome.UNKNOWN, ("employment.salary", "person.full_time")),
        (REFERRED, Outcome.NEEDS_PERSON, ("employment.salary",)),
        (FALSE, Outcome.INELIGIBLE, ()),
    ],
)
def test_an_amount_that_is_not_known(requirement, outcome, missing):
    judged = evaluate(measure(requirement, amount="employment.salary"), {}, ENVIRONMENT)
    assert (judged.verdict.outcome, judged.verdict.missing, judged.amount_fen) == (
        outcome,
        missing,
        None,
    )
    assert judged.verdict.amount == RequirementResult(
        "amount", State.UNKNOWN, (), ("employment.salary",)
    )


@pytest.mark.parametrize(
    ("children", "outcome", "amount"),
    [
        ({"person.children": 10}, Outcome.NEEDS_PERSON, None),
        ({"person.children": 1}, Outcome.ELIGIBLE, 100),
        ({}, Outcome.UNKNOWN, None),
    ],
)
def test_a_person_may_have_to_set_the_amount(children, outcome, amount):
    judged = evaluate(measure(TRUE, referrals=(DISPATCHED,)), children, ENVIRONMENT)
    assert (judged.verdict.outcome, judged.amount_fen) == (outcome, amount)


def test_a_measure_names_every_fact_it_reads():
    judged = measure(
        requirement("a", "person.full_time", DISPATCHED),
        amount="employment.salary",
        referrals=(referral("project.value > 5"),),
    )
    assert judged.facts == {
        "person.full_time",
        "person.children",
        "employment.salary",
        "project.value",
    }


def test_expressions_of_the_wrong_type_are_refused():
    number = compiled("1", FactType.INT)
    for make in (
        lambda: Referral(number, "", ""),
        lambda: Requirement("a", "", "", "1", number),
        lambda: Measure("m", "person", (), number),
    ):
        with pytest.raises(ValueError, match="is needed"):
            make()


@pytest.mark.parametrize("requirements", [[TRUE, TRUE], [requirement("amount", "true")]])
def test_requirement_ids_are_unique(requirements):
    with pytest.raises(ValueError, match="unique"):
        measure(*requirements)


RULES = random_rules.bool_rules
CONDITIONS = st.tuples(RULES, st.lists(RULES, max_size=2))


def reference_outcome(conditions, facts):
    """By the definition, for facts that are all known."""
    states = set()
    for rule, referrals in conditions:
        if any(when.reference(facts) for when in referrals):
            states.add(State.REFERRED)
        else:
            states.add(State.TRUE if rule.reference(facts) else State.FALSE)
    if State.FALSE in states:
        return Outcome.INELIGIBLE
    return Outcome.NEEDS_PERSON if State.REFERRED in states else Outcome.ELIGIBLE


STILL_POSSIBLE = {
    Outcome.ELIGIBLE: {Outcome.ELIGIBLE},
    Outcome.INELIGIBLE: {Outcome.INELIGIBLE},
    Outcome.NEEDS_PERSON: {Outcome.NEEDS_PERSON, Outcome.INELIGIBLE},
    Outcome.UNKNOWN: set(Outcome) - {Outcome.UNKNOWN},
}


@settings(max_examples=100, deadline=None)
@each(st.lists(CONDITIONS, max_size=3), random_rules.FULL_FACTS, random_rules.PARTS)
def test_what_is_not_missing_changes_no_outcome(conditions, facts, hidden):
    named = {"vocabulary": random_rules.VOCABULARY}
    judged = measure(
        *(
            requirement(str(n), rule.text, *(referral(w.text, **named) for w in when), **named)
            for n, (rule, when) in enumerate(conditions)
        )
    )
    known = {name: value for name, value in facts.items() if name not in hidden}
    first = evaluate(judged, known, ENVIRONMENT)
    assert set(first.verdict.missing) <= judged.facts & hidden
    brief = evaluate(judged, known, ENVIRONMENT, brief=True)
    assert (brief.verdict.outcome, brief.amount_fen) == (first.verdict.outcome, first.amount_fen)

    all_but_missing = {n: v for n, v in facts.items() if n not in first.verdict.missing}
    assert evaluate(judged, all_but_missing, ENVIRONMENT).verdict.outcome is first.verdict.outcome

    whole = evaluate(judged, facts, ENVIRONMENT).verdict.outcome
    assert whole is reference_outcome(conditions, facts)
    assert whole in STILL_POSSIBLE[first.verdict.outcome]


def test_every_combination_of_two_states():
    order = [State.FALSE, State.REFERRED, State.UNKNOWN, State.TRUE]
    outcome = dict(
        zip(
            order,
            [Outcome.INELIGIBLE, Outcome.NEEDS_PERSON, Outcome.UNKNOWN, Outcome.ELIGIBLE],
            strict=True,
        )
    )
    refers = dict.fromkeys(order, "false") | {State.REFERRED: "true"}
    texts = {State.FALSE: "false", State.UNKNOWN: "person.full_time", State.TRUE: "true"}
    for one, other in product(order, order):
        both = [
            requirement(name, texts.get(state, "true"), referral(refers[state]))
            for name, state in (("one", one), ("other", other))
        ]
        stronger = min(one, other, key=order.index)
        assert evaluate(measure(*both), {}, ENVIRONMENT).verdict.outcome is outcome[stronger]


def test_people_of_whom_the_same_is_known_share_a_verdict():
    judged = measure(requirement("a", "person.children > 1"), amount="employment.salary")
    one, other, third = (
        evaluate(judged, {"person.children": number, "employment.salary": fen}, ENVIRONMENT)
        for number, fen in ((2, 100), (5, 900), (1, 100))
    )
    assert one.verdict is other.verdict
    assert (one.amount_fen, other.amount_fen, third.amount_fen) == (100, 900, None)
    assert third.verdict.outcome is Outcome.INELIGIBLE
