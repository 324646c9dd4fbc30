from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from talent_kit.regions import regions
from talent_policy.facts.known import KnownFact, Parties, SubjectFacts
from talent_policy.facts.vocabulary import SubjectKind, assumed, vocabulary
from talent_policy.packs.compiling import PublishedPack, compile_pack
from talent_policy.packs.content import PackContent
from talent_policy.packs.records import CannotReplay, DecisionRecord, evaluate_measure, replay
from talent_rules import Outcome, State

from ..world import base_facts, nanping, pack_json

RULES = compile_pack(nanping())
FRESH = compile_pack(PackContent.model_validate(pack_json(nanping())))
"""The same content, stored and compiled anew."""
PACK = PublishedPack(UUID(int=9), 4, RULES)
DAY = date(2023, 10, 1)
PERSON = UUID(int=1)
PARTIES = Parties(SubjectKind.EMPLOYMENT, UUID(int=3), person=PERSON, organisation=UUID(int=2))
TAKEN = {
    name: KnownFact(value, "assumed", True, datetime(2023, 9, 30, 16, tzinfo=UTC))
    for name, value in assumed().items()
}


def _subject(declared=(), **changes):
    given = base_facts("2.2") | {name.replace("__", "."): value for name, value in changes.items()}
    known = {
        name: KnownFact(
            vocabulary().parse_value(name, raw),
            "talent" if name in declared else "reviewer",
            name not in declared,
            datetime(2023, 9, 1, tzinfo=UTC),
        )
        for name, raw in given.items()
        if raw is not None
    }
    return SubjectFacts(PARTIES, "350700", TAKEN | known)


def test_a_decision_names_the_claim_that_it_makes():
    decision = evaluate_measure(PACK, "2.2", _subject(), DAY, regions())
    assert decision.result.outcome is Outcome.ELIGIBLE
    assert decision.claims == (("nanping-2021-2:2.2", f"person:{PERSON}|1900-01-01"),)
    refused = evaluate_measure(PACK, "2.2", _subject(employer__kind="government"), DAY, regions())
    assert refused.claims == ()


def test_a_claim_can_name_a_value_and_an_exclusion_group():
    body = pack_json()
    body["measures"][1]["once_per"] = [["organisation", "year(as_of)", "person.degree"]]
    body["measures"][1]["exclusion"] = {"group": "settling", "rule": "refuse", "per": ["person"]}
    pack = PublishedPack(UUID(int=9), 5, compile_pack(PackContent.model_validate(body)))
    decision = evaluate_measure(pack, "2.2", _subject(), DAY, regions())
    assert decision.claims == (
        ("nanping-2021-2:2.2", f"organisation:{UUID(int=2)}|2023|bachelor"),
        ("nanping-2021-2:settling", f"person:{PERSON}"),
    )


def test_declared_facts_are_not_enough_where_they_matter():
    assert evaluate_measure(PACK, "2.2", _subject(), DAY, regions()).on_verified_facts
    declared = evaluate_measure(PACK, "2.2", _subject(["person.degree"]), DAY, regions())
    assert declared.result.outcome is Outcome.ELIGIBLE
    assert not declared.on_verified_facts


def test_a_declared_fact_that_changes_nothing_does_not_matter():
    subject = _subject(["person.origin_region"], person__origin_region="360000")
    assert evaluate_measure(PACK, "2.2", subject, DAY, regions()).on_verified_facts


@pytest.mark.parametrize(("satisfied", "outcome"), [(True, "eligible"), (False, "ineligible")])
def test_a_person_settles_what_is_referred(satisfied, outcome):
    subject = _subject(employment__contract_kind="task")
    before = evaluate_measure(PACK, "2.2", subject, DAY, regions())
    assert before.result.outcome is Outcome.NEEDS_PERSON
    after = evaluate_measure(
        PACK, "2.2", subject, DAY, regions(), determinations={"contract": satisfied}
    )
    assert after.result.outcome == outcome
    assert after.result.amount_fen == (2_000_000 if satisfied else None)
    assert sum(part.amount_fen for part in after.result.instalments) == (
        2_000_000 if satisfied else 0
    )
    assert replay(after.record, RULES, regions()) == after.record.result


def test_one_of_two_referrals_settled_still_needs_a_person():
    subject = _subject(
        employer__kind="branch_of_outside_enterprise", employment__contract_kind="task"
    )
    decision = evaluate_measure(
        PACK, "2.2", subject, DAY, regions(), determinations={"contract": True}
    )
    assert decision.result.outcome is Outcome.NEEDS_PERSON


def test_a_person_cannot_settle_what_is_not_referred():
    subject = _subject(employer__kind="government", person__degree=None)
    decision = evaluate_measure(
        PACK,
        "2.2",
        subject,
        DAY,
        regions(),
        determinations={"employer": True, "graduate": True, "nothing": True},
    )
    states = {found.id: found.state for found in decision.result.requirements}
    assert states["employer"] is State.FALSE
    assert states["graduate"] is State.UNKNOWN
    assert decision.result.outcome is Outcome.INELIGIBLE


def test_unknown_facts_stay_missing_beside_a_settled_referral():
    subject = _subject(employment__contract_kind="task", person__study_mode=None)
    decision = evaluate_measure(
        PACK, "2.2", subject, DAY, regions(), determinations={"contract": True}
    )
    assert decision.result.outcome is Outcome.UNKNOWN
    assert decision.result.missing == ("person.study_mode",)


CASES = [
    (group.measure, group.base | case.facts, case.as_of)
    for group in nanping().examples
    for case in group.cases
    if not case.settings
]


@pytest.mark.parametrize(("measure", "facts", "as_of"), CASES)
def test_a_stored_record_replays_to_the_same_answer(measure, facts, as_of):
    known = {
        name: KnownFact(
            vocabulary().parse_value(name, raw), "reviewer", True, datetime(2023, 9, 1, tzinfo=UTC)
        )
        for name, raw in facts.items()
        if raw is not None
    }
    parties = Parties(RULES.measures[measure].content.per, UUID(int=3), PERSON, UUID(int=2))
    subject = SubjectFacts(parties, "350700", known)
    record = evaluate_measure(PACK, measure, subject, as_of, regions()).record
    stored = DecisionRecord.model_validate_json(record.model_dump_json())
    assert stored == record
    assert replay(stored, FRESH, regions()) == record.result


def test_a_record_holds_what_decided_and_no_more():
    record = evaluate_measure(PACK, "2.2", _subject(), DAY, regions()).record
    assert (record.pack, record.pack_version, record.pack_digest) == (
        "nanping-2021-2",
        4,
        RULES.digest,
    )
    assert record.settings["AGE_DAY"] == "undecided"
    assert record.settings["INSTALMENTS_2_2"][2] == {"after_months": 24, "share": 1}
    assert "MODE_2_1" not in record.settings
    assert {fact.name for fact in record.facts} == base_facts("2.2").keys() | {
        "employment.ended",
        "person.settling_grant_before",
    }


def test_a_record_of_another_pack_or_language_is_not_replayed():
    record = evaluate_measure(PACK, "2.2", _subject(), DAY, regions()).record
    other = compile_pack(PackContent.model_validate(pack_json(name="another")))
    with pytest.raises(CannotReplay):
        replay(record, other, regions())
    with pytest.raises(CannotReplay):
        replay(record.model_copy(update={"language_version": 0}), RULES, regions())


def test_settings_of_the_decision_count_and_not_those_of_today():
    record = evaluate_measure(PACK, "2.2", _subject(), DAY, regions()).record
    settled = record.model_copy(update={"settings": record.settings | {"AGE_DAY": "contract"}})
    late = settled.model_copy(
        update={
            "facts": tuple(
                fact.model_copy(update={"value": "1987-07-11"})
                if fact.name == "person.birth_date"
                else fact
                for fact in settled.facts
            )
        }
    )
    assert replay(late, RULES, regions()).outcome is Outcome.ELIGIBLE
