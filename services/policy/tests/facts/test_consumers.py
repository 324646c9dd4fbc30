from datetime import date, timedelta

from sqlmodel import select
from talent_contracts import (
    EmployerUpdated,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentUpdated,
    TalentUpdated,
)
from talent_kit import tables
from talent_policy.facts import repository
from talent_policy.facts.gathering import facts_of
from talent_policy.facts.vocabulary import SubjectKind
from talent_policy.models import Employment, Observation, Organisation, Person
from talent_policy.models.matches import Mark

from ..world import deliver, deliver_envelopes, employer, employment, envelope, talent

DAY = date(2023, 10, 1)


async def _person(policy, who):
    async with policy.service.database.transaction() as session:
        return await facts_of(session, policy.service.vault, SubjectKind.PERSON, who.talent_id, DAY)


async def _rows(policy, table):
    async with policy.service.database.transaction() as session:
        return (await session.exec(select(table))).all()


async def test_a_talent_becomes_a_projection_and_a_verified_birth_date(policy):
    who = talent()
    await deliver(policy, who)
    [row] = await _rows(policy, Person)
    assert (row.talent_id, row.login, row.version) == (who.talent_id, who.login, 1)
    fact = (await _person(policy, who)).known["person.birth_date"]
    assert (fact.value, fact.source, fact.verified) == (who.birth_date, "identity", True)


async def test_the_same_event_twice_changes_nothing(policy):
    sent = envelope(talent())
    await deliver_envelopes(policy, sent, sent)
    assert len(await _rows(policy, Person)) == 1
    [row] = await _rows(policy, Observation)
    await deliver_envelopes(policy, sent)
    assert (await _rows(policy, Observation))[0].id == row.id


async def test_an_older_version_is_ignored_whatever_its_id(policy):
    who = talent(version=3)
    await deliver(policy, who)
    older = who.model_dump() | {"version": 2, "birth_date": date(1990, 1, 1), "login": "other"}
    await deliver(policy, TalentUpdated(**older))
    [row] = await _rows(policy, Person)
    assert (row.login, row.version) == (who.login, 3)
    known = (await _person(policy, who)).known
    assert known["person.birth_date"].value == who.birth_date


async def test_a_newer_version_replaces_row_and_fact(policy):
    who = talent()
    newer = who.model_dump() | {"version": 2, "birth_date": date(1990, 1, 1), "region": "350703"}
    await deliver(policy, who, TalentUpdated(**newer))
    [row] = await _rows(policy, Person)
    assert (row.region, row.version) == ("350703", 2)
    known = (await _person(policy, who)).known
    assert known["person.birth_date"].value == date(1990, 1, 1)
    assert len(await _rows(policy, Observation)) == 1


async def test_an_employer_keeps_agents_and_declared_facts_in_clear(policy):
    at = employer()
    changed = at.model_dump() | {"version": 2, "agents": ("second", "third")}
    await deliver(policy, at, EmployerUpdated(**changed))
    [row] = await _rows(policy, Organisation)
    assert row.agents == ["second", "third"]
    kept = {
        seen.name: (seen.value, seen.source, seen.verified)
        for seen in await _rows(policy, Observation)
    }
    assert kept == {
        "employer.kind": ("enterprise", "agent", False),
        "employer.region": ("350702", "agent", False),
    }


async def test_a_kind_that_the_vocabulary_lacks_stays_unknown(policy):
    at = employer()
    await deliver(policy, at, EmployerUpdated(**at.model_dump() | {"version": 2, "kind": "farm"}))
    assert {seen.name for seen in await _rows(policy, Observation)} == {"employer.region"}


async def _contract(policy, identifier):
    async with policy.service.database.transaction() as session:
        known = (
            await facts_of(session, policy.service.vault, SubjectKind.EMPLOYMENT, identifier, DAY)
        ).known
    asked_of_contracts = known.keys() - {"employment.joint_class"}
    return {name: known[name] for name in asked_of_contracts if name.startswith("employment.")}


async def test_a_contract_is_declared_until_the_employer_confirms(policy):
    who, at = talent(), employer()
    declared = employment(who, at, confirmed=False)
    await deliver(policy, who, at, declared)
    before = await _contract(policy, declared.employment_id)
    assert before.pop("employment.ended").source == "assumed"
    assert {fact.verified for fact in before.values()} == {False}
    confirmed = employment(who, at, employment_id=declared.employment_id)
    await deliver(policy, confirmed)
    after = await _contract(policy, declared.employment_id)
    assert after.pop("employment.ended").value is False
    assert after.keys() == before.keys()
    assert {(fact.verified, fact.source) for fact in after.values()} == {(True, "employer")}


async def test_an_ended_employment_keeps_its_verified_contract(policy):
    who, at = talent(), employer()
    held = employment(who, at)
    ended = held.model_dump() | {"version": 3, "status": "ended", "ended_on": DAY}
    await deliver(policy, who, at, held, EmploymentEnded(**ended))
    contract = await _contract(policy, held.employment_id)
    assert contract["employment.contract_from"].verified
    assert contract["employment.ended"].value is True
    [row] = await _rows(policy, Employment)
    assert row.status == "ended"


async def test_a_rejected_employment_has_no_contract_and_is_not_matched(policy):
    who, at = talent(), employer()
    declared = employment(who, at, confirmed=False)
    rejected = declared.model_dump() | {"version": 2, "status": "rejected"}
    await deliver(policy, who, at, declared, EmploymentRejected(**rejected))
    names = {seen.name for seen in await _rows(policy, Observation)}
    assert not any(name.startswith("employment.") for name in names)
    async with policy.service.database.transaction() as session:
        assert not await repository.employments(session, [declared.employment_id])


async def test_a_contract_that_loses_its_end_loses_the_fact(policy):
    who, at = talent(), employer()
    declared = employment(who, at, confirmed=False)
    open_ended = declared.model_dump() | {
        "version": 2,
        "contract_kind": "open_ended",
        "contract_until": None,
    }
    await deliver(policy, who, at, declared, EmploymentUpdated(**open_ended))
    contract = await _contract(policy, declared.employment_id)
    assert contract["employment.contract_kind"].value == "open_ended"
    assert "employment.contract_until" not in contract


async def test_an_employment_may_come_before_its_parties(policy):
    who, at = talent(), employer()
    held = employment(who, at)
    await deliver(policy, held, at, who)
    async with policy.service.database.transaction() as session:
        facts = await facts_of(
            session, policy.service.vault, SubjectKind.EMPLOYMENT, held.employment_id, DAY
        )
    assert {"person.birth_date", "employer.kind", "employment.contract_from"} <= facts.known.keys()
    assert facts.region == "350702"


async def test_an_erased_talent_gets_no_facts_any_more(policy):
    who = talent()
    await deliver(policy, who)
    async with policy.service.database.transaction() as session:
        await session.execute(
            tables.data_key.update().values(wrapped=None, destroyed_at=policy.clock.now())
        )
    policy.clock.move(timedelta(days=1))
    await deliver(policy, TalentUpdated(**who.model_dump() | {"version": 2}))
    known = (await _person(policy, who)).known
    assert {fact.source for fact in known.values()} == {"assumed"}


async def test_of_what_comes_together_the_newest_of_each_subject_counts(policy):
    first, second = talent(), talent()
    newer = TalentUpdated(**first.model_dump() | {"version": 2, "birth_date": date(1990, 1, 1)})
    newest = TalentUpdated(**first.model_dump() | {"version": 3, "region": "350703"})
    await deliver(policy, first, second, newest, newer)
    rows = {row.talent_id: (row.version, row.region) for row in await _rows(policy, Person)}
    assert rows == {first.talent_id: (3, "350703"), second.talent_id: (1, second.region)}
    known = (await _person(policy, first)).known["person.birth_date"]
    assert known.value == newest.birth_date
    assert len(await _rows(policy, Observation)) == 2


async def test_an_erased_talent_among_others_gets_no_facts(policy):
    gone, other = talent(), talent()
    async with policy.service.database.transaction() as session:
        await policy.service.vault.destroy(session, gone.talent_id)
    await deliver(policy, gone, other)
    assert [row.subject_id for row in await _rows(policy, Observation)] == [other.talent_id]


async def test_a_talent_who_signs_in_says_nothing_new_and_is_not_matched_again(policy):
    on_file = talent(login=None)
    await deliver(policy, on_file)
    await policy.settle()
    [before] = await _rows(policy, Observation)
    claimed = TalentUpdated(**on_file.model_dump() | {"version": 2, "login": "somebody"})
    await deliver(policy, claimed)
    [row] = await _rows(policy, Observation)
    assert row.id == before.id
    assert await _rows(policy, Mark) == []
    born = TalentUpdated(**claimed.model_dump() | {"version": 3, "birth_date": date(1990, 1, 1)})
    await deliver(policy, born)
    [row] = await _rows(policy, Observation)
    assert row.id != before.id
    assert {mark.subject_id for mark in await _rows(policy, Mark)} == {on_file.talent_id}
