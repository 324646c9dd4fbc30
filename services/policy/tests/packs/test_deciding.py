from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_kit.regions import regions
from talent_policy.facts.vocabulary import vocabulary
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.content import PackContent
from talent_policy.packs.deciding import decide, environment
from talent_rules import FactType, Outcome, State, WorkingCalendar

from ..world import nanping, pack_json

RULES = compile_pack(nanping())
DAY = date(2023, 7, 1)
DATES = st.one_of(
    st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    st.sampled_from([date(2021, 7, 1), date(2024, 6, 30), date(2023, 6, 30), date(1987, 7, 1)]),
)
REGIONS = st.sampled_from(
    ["350700", "350782", "350100", "361100", "3507W1", "350784", "420100", "110000", "810000"]
)


def _value(fact):
    if fact.type is FactType.DATE:
        return DATES
    if fact.type is FactType.BOOL:
        return st.booleans()
    if fact.type is FactType.INT:
        return st.one_of(st.integers(0, 30), st.integers(2018, 2026))
    if fact.type is FactType.MONEY:
        return st.integers(0, 10**9)
    if fact.type is FactType.STRING:
        return st.text(max_size=10)
    return REGIONS if fact.type is FactType.REGION else st.sampled_from(fact.values)


def _whole(measure):
    """Draw a measure with a value of every fact that it looks at."""
    facts: dict[str, st.SearchStrategy[Any]] = {
        name: _value(vocabulary().facts[name]) for name in sorted(RULES.measures[measure].reads)
    }
    return st.tuples(st.just(measure), st.fixed_dictionaries(facts))


def _part(asked):
    """Draw the names that stay known besides the whole."""
    measure, facts = asked
    kept = st.sets(st.sampled_from(sorted(facts)))
    return st.tuples(st.just(measure), st.just(facts), kept)


GRADUATES = st.sampled_from(["2.1", "2.2"]).flatmap(_whole)
WHOLE = st.one_of(GRADUATES, st.sampled_from(sorted(RULES.measures)).flatmap(_whole))
PART = WHOLE.flatmap(_part)


def _decide(measure, facts, as_of=DAY, rules=RULES):
    env = environment(rules, as_of, regions(), WorkingCalendar())
    return decide(rules.measures[measure], facts, env)


@settings(max_examples=300, deadline=None)
@given(PART)
def test_learning_a_fact_never_turns_a_decided_outcome(asked):
    measure, facts, kept = asked
    known = {name: value for name, value in facts.items() if name in kept}
    before, after = _decide(measure, known), _decide(measure, facts)
    if before.outcome in {Outcome.ELIGIBLE, Outcome.INELIGIBLE}:
        assert after.outcome is before.outcome
        assert after.amount_fen == before.amount_fen or before.outcome is Outcome.INELIGIBLE
    for one, other in zip(before.requirements, after.requirements, strict=True):
        if one.state is not State.UNKNOWN:
            assert other.state is one.state


@settings(max_examples=300, deadline=None)
@given(WHOLE)
def test_whoever_has_told_everything_is_not_asked_for_more(asked):
    measure, facts = asked
    result = _decide(measure, facts)
    assert result.outcome is not Outcome.UNKNOWN
    assert result.missing == ()


@settings(max_examples=300, deadline=None)
@given(PART)
def test_what_is_missing_is_a_fact_that_was_not_told(asked):
    measure, facts, kept = asked
    known = {name: value for name, value in facts.items() if name in kept}
    result = _decide(measure, known)
    assert set(result.missing) <= RULES.measures[measure].reads - known.keys()
    assert bool(result.missing) >= (result.outcome is Outcome.UNKNOWN)


@settings(max_examples=300, deadline=None)
@given(WHOLE)
def test_money_is_due_only_where_every_requirement_is_met(asked):
    """What is set off against charges is an amount, but nobody is sent an instalment of it."""
    measure, facts = asked
    result = _decide(measure, facts)
    eligible = all(found.state is State.TRUE for found in result.requirements)
    assert (result.outcome is Outcome.ELIGIBLE) == (eligible and result.amount_fen is not None)
    sent = RULES.measures[measure].content.payout == "transfer"
    due = result.amount_fen if sent else None
    assert sum(part.amount_fen for part in result.instalments) == (due or 0)
    assert all(part.amount_fen > 0 for part in result.instalments)
    if result.outcome is Outcome.INELIGIBLE:
        assert result.amount_fen is None


@settings(max_examples=200, deadline=None)
@given(GRADUATES, st.sampled_from(["dispatch", "open_ended", "task", "branch"]))
def test_what_the_document_leaves_open_is_never_paid_by_itself(asked, case):
    measure, facts = asked
    change = {
        "dispatch": {"employment.arrangement": "dispatch"},
        "open_ended": {"employment.contract_kind": "open_ended"},
        "task": {"employment.contract_kind": "task"},
        "branch": {"employer.kind": "branch_of_outside_enterprise"},
    }[case]
    assert _decide(measure, facts | change).outcome in {
        Outcome.NEEDS_PERSON,
        Outcome.INELIGIBLE,
    }


@pytest.mark.parametrize("shares", [(1,), (1, 1, 1), (5, 3, 2), (1, 999_999), (7, 11, 13)])
def test_instalments_add_up_to_the_fen(shares):
    body = pack_json()
    body["settings"]["INSTALMENTS_2_2"]["dated"][0]["value"] = [
        {"after_months": 12 * index, "share": share} for index, share in enumerate(shares)
    ]
    rules = compile_pack(PackContent.model_validate(body))
    base = next(group.base for group in nanping().examples if group.measure == "2.2")
    facts = {name: vocabulary().parse_value(name, raw) for name, raw in base.items()}
    result = _decide("2.2", facts, date(2024, 2, 29), rules)
    assert sum(part.amount_fen for part in result.instalments) == 2_000_000
    days = [part.due for part in result.instalments]
    assert days == [date(2024, 2, 29), date(2025, 3, 1), date(2026, 3, 1)][: len(days)]
