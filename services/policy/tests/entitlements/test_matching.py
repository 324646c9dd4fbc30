"""Kept matches follow facts, packs and days."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from talent_contracts import EmploymentRejected, PackPublished
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.stopping import stop
from talent_policy.entitlements import service, worker
from talent_policy.entitlements.worker import BATCH, MANY, Matcher
from talent_policy.models import Mark, Match, MatchFigure, MatchRun

from ..applications.story import FACTS, begin, join
from ..world import deliver, employer, employment, observe, publish, talent


async def kept(policy, subject):
    """The subject's kept matches by measure: outcome, amount, by_registers, applied."""
    async with policy.service.database.transaction() as session:
        rows = (await session.execute(select(Match).where(Match.subject_id == subject))).scalars()
        return {
            row.measure: (row.outcome, row.amount_fen, row.by_registers, row.applied)
            for row in rows
        }


async def figures_hold(policy):
    """The figures are what counting the matches gives, and nothing is left to do."""
    sort = (Match.region, Match.pack_name, Match.measure, Match.subject_kind, Match.outcome)
    async with policy.service.database.transaction() as session:
        counted = await session.execute(
            select(
                *sort, Match.applied, func.count(), func.coalesce(func.sum(Match.amount_fen), 0)
            ).group_by(*sort, Match.applied)
        )
        figures = await session.execute(
            select(
                MatchFigure.region,
                MatchFigure.pack_name,
                MatchFigure.measure,
                MatchFigure.subject_kind,
                MatchFigure.outcome,
                MatchFigure.applied,
                MatchFigure.subjects,
                MatchFigure.amount_fen,
            ).where((MatchFigure.subjects != 0) | (MatchFigure.amount_fen != 0))
        )
        assert sorted(map(tuple, counted)) == sorted(map(tuple, figures))
        assert await session.scalar(select(func.count()).select_from(Mark)) == 0


async def test_facts_are_matched_when_they_come(policy):
    story = await begin(policy)
    await policy.settle()
    found = await kept(policy, story.employment_id)
    assert found["2.2"] == ("eligible", 7_000_000, True, False)
    await figures_hold(policy)


async def test_a_change_of_one_person_matches_that_person_alone(policy):
    story, other = await begin(policy), await join(policy)
    await policy.settle()
    before = await _instants(policy)
    policy.clock.move(timedelta(hours=1))
    await story.observe("school-office", person__degree="doctor")
    await policy.settle()
    after = await _instants(policy)
    changed = {place for place in after if after[place] != before.get(place)}
    assert {subject for subject, _ in changed} == {story.employment_id}
    assert (await kept(policy, other.employment_id))["2.2"][1] == 7_000_000
    await figures_hold(policy)


async def _instants(policy):
    async with policy.service.database.transaction() as session:
        rows = await session.execute(select(Match.subject_id, Match.measure, Match.matched_at))
        return {(row[0], row[1]): row[2] for row in rows}


async def test_what_comes_to_nothing_is_not_kept(policy):
    story = await begin(policy)
    await policy.settle()
    assert "2.2" in await kept(policy, story.employment_id)
    registry = policy.issuer.headers("registry-office", Role.SERVICE)
    employers = ("organisation", story.employer_id)
    await observe(policy, registry, employers, {"employer.kind": "public_institution"})
    await policy.settle()
    assert await kept(policy, story.employment_id) == {}
    await figures_hold(policy)


async def test_a_rejected_employment_has_no_matches(policy):
    who, at = talent(), employer()
    job = employment(who, at)
    await publish(policy)
    await deliver(policy, who, at, job)
    await policy.settle()
    assert await kept(policy, job.employment_id)
    rejected = EmploymentRejected(**job.model_dump() | {"status": "rejected", "version": 9})
    await deliver(policy, rejected)
    await policy.settle()
    assert await kept(policy, job.employment_id) == {}
    await figures_hold(policy)


async def test_an_application_shows_at_the_match(policy):
    story = await begin(policy)
    await policy.settle()
    made = await story.apply("2.1")
    assert made.status_code == 201
    await policy.settle()
    assert (await kept(policy, story.employment_id))["2.1"][3] is True
    withdrawn = await story.step(made.json(), "withdraw", headers=story.agent)
    assert withdrawn.status_code == 200
    await policy.settle()
    assert (await kept(policy, story.employment_id))["2.1"][3] is False
    await figures_hold(policy)


async def test_a_granted_claim_shows_at_every_subject_that_would_make_it(policy):
    """Two employments of one talent, a measure once per person: granted for one, had for both."""
    story = await begin(policy)
    at = employer()
    second = employment(talent(talent_id=story.talent_id), at)
    await deliver(policy, at, second)
    registry = policy.issuer.headers("registry-office", Role.SERVICE)
    facts = {"employer.kind": at.kind, "employer.region": at.region}
    await observe(policy, registry, ("organisation", at.employer_id), facts)
    elsewhere = replace(story, employment_id=second.employment_id)
    pension = {name.replace(".", "__"): fact for name, fact in FACTS["pension-office"].items()}
    await elsewhere.observe("pension-office", **pension)
    await policy.settle()
    assert (await kept(policy, second.employment_id))["2.2"] == ("eligible", 7_000_000, True, False)
    made = await story.apply("2.2")
    assert (made.status_code, made.json()["status"]) == (201, "paying")
    await policy.settle()
    assert (await kept(policy, second.employment_id))["2.2"][3] is True
    await figures_hold(policy)


def published(pack):
    """The event of a published pack, as the bus brings it back."""
    return PackPublished(
        pack_id=new_id(),
        **{name: pack[name] for name in ("version", "name", "region", "digest", "measures")},
    )


async def test_a_new_pack_matches_the_population_of_its_region_again(policy):
    story = await begin(policy)
    await policy.settle()
    await deliver(policy, published(await publish(policy, valid_until="2029-12-31")))
    await deliver(policy, published(await publish(policy, valid_until="2029-12-30")))
    await policy.settle()
    assert await kept(policy, story.employment_id)
    policy.clock.set(datetime(2029, 12, 31, 17, tzinfo=UTC))  # the next day in Shanghai
    await policy.settle()
    assert await kept(policy, story.employment_id) == {}
    async with policy.service.database.transaction() as session:
        runs = (await session.execute(select(MatchRun).order_by(MatchRun.id))).scalars().all()
    assert [run.reason for run in runs].count("pack") == 2
    assert [run.reason for run in runs].count("day") == 2
    for run in runs:
        assert run.status == "done", run.reason
        assert run.subjects == run.marked == run.matched
        assert run.ended_at is not None
    await figures_hold(policy)


async def test_an_organisation_spreads_to_its_employments_in_steps(policy, monkeypatch):
    monkeypatch.setattr("talent_policy.entitlements.marks.SPREAD_STEP", 3)
    at = employer()
    jobs = []
    await publish(policy)
    await deliver(policy, at)
    for _ in range(7):
        who = talent()
        jobs.append(employment(who, at))
        await deliver(policy, who, jobs[-1])
    await policy.settle()
    before = {job.employment_id: await kept(policy, job.employment_id) for job in jobs}
    moved = at.model_copy(update={"region": "310000", "version": 2})
    await deliver(policy, moved)
    await policy.settle()
    for job in jobs:
        assert before[job.employment_id]
        assert await kept(policy, job.employment_id) == {}
    await figures_hold(policy)


async def test_a_fresh_change_goes_before_a_population(policy):
    story = await begin(policy)
    await policy.settle()
    async with policy.service.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO mark (lane, subject_kind, subject_id, spreads) "
                "SELECT 2, 'employment', gen_random_uuid(), false FROM generate_series(1, 1000)"
            )
        )
    await story.observe("school-office", person__degree="doctor")
    (matcher,) = policy.worker.loops
    for _ in range(3):
        await matcher.step()
    async with policy.service.database.transaction() as session:
        left = await session.scalar(select(func.count()).select_from(Mark))
        fresh = await session.scalar(select(func.count()).select_from(Mark).where(Mark.lane != 2))
    assert (fresh, left >= 1000 - BATCH) == (0, True)


@pytest.mark.parametrize(("batch", "at_once"), [(MANY, 1), (MANY + 1, 2)])
async def test_where_much_is_marked_two_batches_are_matched_at_once(
    policy, monkeypatch, batch, at_once
):
    await policy.settle()
    under_way: list[int] = []
    most = 0

    async def counted(session, parts, held):
        nonlocal most
        under_way.append(len(held))
        most = max(most, len(under_way))
        await asyncio.sleep(0.02)
        await matched(session, parts, held)
        under_way.pop()

    matched = service.match
    monkeypatch.setattr(service, "match", counted)
    monkeypatch.setattr(worker, "BATCH", batch)
    async with policy.service.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO mark (lane, subject_kind, subject_id, spreads) "
                "SELECT 2, 'employment', gen_random_uuid(), false FROM generate_series(1, 500)"
            )
        )
    matching = asyncio.create_task(Matcher(policy.service, policy.service.packs).run())
    async with asyncio.timeout(30):
        while await _marks(policy):
            assert not matching.done()
            await asyncio.sleep(0.02)
    await stop([matching])
    assert most == at_once
    await figures_hold(policy)


async def _marks(policy):
    async with policy.service.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Mark))


async def test_one_faulty_subject_is_set_aside_and_the_others_are_matched(policy):
    story, broken = await begin(policy), await join(policy)
    async with policy.service.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE observation SET sealed = '\\x00' WHERE subject_id = :subject "
                "AND name = 'employment.pension_gap'"
            ),
            {"subject": broken.employment_id},
        )
    await policy.settle()
    assert (await kept(policy, story.employment_id))["2.2"][0] == "eligible"
    assert await kept(policy, broken.employment_id) == {}
    async with policy.service.database.transaction() as session:
        aside = (await session.execute(select(Mark))).scalars().all()
        runs = (await session.execute(select(MatchRun))).scalars().all()
    assert {mark.subject_id for mark in aside} == {broken.employment_id}
    assert {run.status for run in runs} == {"done"}
    await broken.observe("pension-office", employment__pension_gap=False)
    await policy.settle()
    assert (await kept(policy, broken.employment_id))["2.2"][0] == "eligible"
    await figures_hold(policy)


@pytest.mark.parametrize(("count", "lane"), [(20, 0), (21, 1)])
async def test_what_comes_in_bulk_does_not_stand_before_single_changes(policy, count, lane):
    async with policy.service.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO person (talent_id, login, region, version) "
                "SELECT gen_random_uuid(), gen_random_uuid()::text, '350702', 1 "
                "FROM generate_series(1, :count)"
            ),
            {"count": count},
        )
        assert (await session.execute(select(Mark.lane))).scalars().all() == [lane] * count
