"""Facts of many subjects of every kind, in a number of queries that does not grow with them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event
from sqlmodel import select
from talent_kit.identifiers import new_id
from talent_kit.personal import DataKey
from talent_policy.facts.errors import NoSubject
from talent_policy.facts.gathering import facts_of, facts_of_many
from talent_policy.facts.service import Said, Statement, save_said, subject_key
from talent_policy.facts.subjects import find_subject
from talent_policy.facts.vocabulary import MATTERS, SIDES, SubjectKind
from talent_policy.models import Matter, Observation

from ..world import deliver, employer, employment, talent

DAY = date(2025, 9, 1)
AT = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def policy(policy_factory):
    async with policy_factory.running() as service:
        yield service


async def _world(policy, *kinds):
    """A talent, an employer, their employment, and a matter of each kind."""
    who, at = talent(), employer()
    held = employment(who, at)
    await deliver(policy, who, at, held)
    subjects = {
        SubjectKind.PERSON: who.talent_id,
        SubjectKind.ORGANISATION: at.employer_id,
        SubjectKind.EMPLOYMENT: held.employment_id,
    }
    async with policy.service.database.transaction() as session:
        for kind in kinds:
            row = Matter(kind=kind, region="350702")
            row.talent_id = who.talent_id if SIDES[kind].person else None
            row.employer_id = at.employer_id if SIDES[kind].organisation else None
            session.add(row)
            subjects[kind] = row.id
    return who, at, subjects


@pytest.mark.parametrize("kind", sorted(MATTERS))
async def test_a_matter_has_its_own_facts_and_those_of_its_parties(policy, kind):
    who, at, subjects = await _world(policy, kind)
    async with policy.service.database.transaction() as session:
        found = await find_subject(session, kind, subjects[kind])
        assert found.talent_login == (who.login if SIDES[kind].person else None)
        assert found.agents == (at.agents if SIDES[kind].organisation else ())
        # Which fact it is does not matter here: a fact of whatever kind is stored alike.
        said = [Said("employment.pension_from", date(2025, 1, 1), AT)]
        vault, clock = policy.service.vault, policy.clock
        statement = Statement(subject_key(found), "education", verified=True, said=said)
        await save_said(session, vault, clock, statement)
    async with policy.service.database.transaction() as session:
        facts = await facts_of(session, vault, kind, subjects[kind], DAY)
        query = select(Observation).where(Observation.subject_id == subjects[kind])
        [row] = (await session.exec(query)).all()
    assert (facts.parties.kind, facts.parties.id, facts.region) == (kind, subjects[kind], "350702")
    assert "employment.pension_from" in facts.known
    assert ("person.birth_date" in facts.known) == SIDES[kind].person
    assert ("employer.kind" in facts.known) == SIDES[kind].organisation
    assert not any(name.startswith("measure.") for name in facts.known)
    assert (row.sealed is not None) == (row.value is None) == SIDES[kind].person


async def test_many_come_in_order_and_in_a_constant_number_of_queries(policy):
    worlds = [await _world(policy, *MATTERS) for _ in range(4)]
    asked = [pair for _, _, subjects in worlds for pair in subjects.items()]
    counts = []
    for some in (asked[: len(asked) // 4], asked[::-1]):
        statements = []

        def note(_connection, _cursor, statement, *_, seen=statements):
            seen.append(statement)

        engine = policy.service.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            async with policy.service.database.transaction() as session:
                found = await facts_of_many(session, policy.service.vault, some, DAY)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert [(each.parties.kind, each.parties.id) for each in found] == some
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6


async def test_of_named_facts_nothing_else_is_opened(policy, monkeypatch):
    _, _, subjects = await _world(policy)
    asked = [(SubjectKind.EMPLOYMENT, subjects[SubjectKind.EMPLOYMENT])]
    opened = []
    open_one = DataKey.open

    def note(key, sealed, table, column, row):
        opened.append(row)
        return open_one(key, sealed, table, column, row)

    monkeypatch.setattr(DataKey, "open", note)
    async with policy.service.database.transaction() as session:
        vault = policy.service.vault
        [some] = await facts_of_many(session, vault, asked, DAY, {"person.birth_date"})
        named = len(opened)
        [every] = await facts_of_many(session, vault, asked, DAY)
    assert some.known["person.birth_date"] == every.known["person.birth_date"]
    assert named == 1 < len(opened) - named
    assert "employer.kind" in every.known
    assert "employer.kind" not in some.known


async def test_what_is_not_there_is_left_out(policy):
    _, _, subjects = await _world(policy, SubjectKind.TRIP)
    trip = subjects[SubjectKind.TRIP]
    asked = [(kind, new_id()) for kind in SubjectKind] + [(SubjectKind.CONTEST, trip)]
    async with policy.service.database.transaction() as session:
        assert await facts_of_many(session, policy.service.vault, asked, DAY) == []
        with pytest.raises(NoSubject):
            await facts_of(session, policy.service.vault, SubjectKind.FAIR, trip, DAY)
        with pytest.raises(NoSubject):
            await find_subject(session, SubjectKind.FAIR, trip)
