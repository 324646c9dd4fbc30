"""Who watches by the clock is killed in the midst of it, and then two do it at once: all is once.

The sweep of deadlines has such a test of its own.
"""

import asyncio
from datetime import UTC, date, datetime

import pytest
from talent_kit.auth import Role
from talent_kit.bulk import insert_many
from talent_kit.identifiers import new_id
from talent_kit.reviews import Level, Step, StepKind
from talent_kit.texts import Bilingual
from talent_postdoc.models.evaluations import Evaluation, EvaluationRound
from talent_postdoc.models.stations import Station

from .processes import killed_in, settings_file, working
from .world import NOON

pytestmark = pytest.mark.crash

MANY = 60
"""Stations, or reviews of either kind: many batches of the process that is killed."""
LONG_AGO = datetime(2024, 8, 1, 4, tzinfo=UTC)


async def stations(world, created_at):
    """Set up stations, all of one unit."""
    unit = await world.unit()
    first = await world.station(unit, created_at=created_at, approved_on=created_at.date())
    async with world.running.service.database.transaction() as session:
        row = (await session.get_one(Station, first)).model_dump()
        more = [new_id() for _ in range(MANY - 1)]
        session.add_all(Station(**row | {"id": each}) for each in more)
    return {first, *more}


async def counted(world, query):
    ((found,),) = await world.rows(query)
    return found


async def done_by_two(world, settings, part, query, wanted):
    """Let two processes work at once until a count is reached, and then find nothing more."""
    async with working(settings, part):
        found = 0
        while found < wanted:
            await asyncio.sleep(0.05)
            found = await counted(world, query)
    await world.running.settle()
    assert await counted(world, query) == wanted


ENTRIES = "SELECT station_id, kind FROM station_entry ORDER BY station_id, id"


async def entries(world):
    """Return what happened to stations, by station."""
    found = {}
    for row in await world.rows(ENTRIES):
        found.setdefault(row.station_id, []).append(row.kind)
    return found


async def test_idle_stations_are_warned_once(world, tmp_path):
    idle = await stations(world, LONG_AGO)
    settings = settings_file(world, tmp_path)
    await killed_in(settings, "warnings", "talent_postdoc.warnings.service.happened", 4)
    assert await counted(world, "SELECT count(*) FROM station_warning") == 15
    await done_by_two(
        world, settings, "warnings", "SELECT count(*) FROM station_warning", len(idle)
    )
    assert await entries(world) == {each: ["warned"] for each in idle}
    assert await counted(world, "SELECT count(*) FROM deadline WHERE met_on IS NULL") == len(idle)
    assert await counted(world, "SELECT min(version) FROM station") == 2
    assert await counted(world, "SELECT max(version) FROM station") == 2


async def test_a_published_round_binds_once(world, tmp_path):
    evaluated = await stations(world, NOON)
    failed = set(sorted(evaluated)[: MANY // 2])
    await published(world, evaluated, failed)
    settings = settings_file(world, tmp_path)
    await killed_in(settings, "evaluations", "talent_postdoc.evaluations.rounds.warn", 1)
    assert await entries(world) == {}
    bound = "SELECT count(*) FROM evaluation_round WHERE status = 'bound'"
    await done_by_two(world, settings, "evaluations", bound, 1)
    assert await entries(world) == {
        each: ["evaluated", "warned"] if each in failed else ["evaluated"] for each in evaluated
    }
    assert await counted(world, "SELECT count(*) FROM station_warning") == len(failed)
    assert await counted(world, "SELECT count(*) FROM station WHERE version = 2") == len(failed)


async def published(world, evaluated, failed):
    """Publish a round of which the days for objections are over."""
    round_ = EvaluationRound(
        id=new_id(),
        region="350700",
        kind="comprehensive",
        title_zh="综合评估",
        title_en="Comprehensive evaluation",
        status="published",
        period_from=date(2021, 9, 1),
        period_until=date(2026, 7, 31),
        submit_until=date(2026, 8, 1),
        indicators=[],
        caps={},
        stations=len(evaluated),
        opened_on=date(2026, 7, 31),
        opened_by="office-1",
        published_on=date(2026, 8, 10),
        objections_until=date(2026, 8, 17),
        changed_at=NOON,
        version=3,
    )
    await world.kept(round_)
    rows = [
        Evaluation(
            id=new_id(),
            round_id=round_.id,
            station_id=each,
            unit_id=new_id(),
            region="350702",
            drawn={},
            declared={},
            score=0,
            grade="failed" if each in failed else "passed",
            changed_at=NOON,
            version=2,
        ).model_dump()
        for each in evaluated
    ]
    async with world.running.service.database.transaction() as session:
        await insert_many(session, Evaluation.__table__, rows)


def step(kind):
    return Step(
        name=str(kind),
        kind=kind,
        level=Level.CITY,
        role=Role.STATION_ADMIN,
        days=5,
        label=Bilingual(zh="步骤", en="Step"),
    )


async def test_reviews_bind_and_escalate_once(world, tmp_path):
    reviews = world.running.service.reviews
    async with world.running.service.database.transaction() as session:
        for kind in (StepKind.CHECK, StepKind.PUBLICATION):
            for _ in range(MANY):
                await reviews.begin(
                    session,
                    kind="grant",
                    subject_id=new_id(),
                    region="350700",
                    title=Bilingual(zh="资助", en="Grant"),
                    plan=(step(kind),),
                    by="agent-1",
                )
    world.today(date(2026, 9, 9))
    settings = settings_file(world, tmp_path, timer_lease_seconds=1)
    await killed_in(settings, "timers", "talent_kit.audit.record", 7)
    acts = "SELECT count(*) FROM review_act WHERE kind IN ('bound', 'escalated')"
    assert await counted(world, acts) < 2 * MANY
    await done_by_two(world, settings, "timers", acts, 2 * MANY)
    rows = await world.rows(
        "SELECT kind, count(DISTINCT review_id) AS reviews, count(*) AS acts FROM review_act "
        "WHERE kind <> 'begun' GROUP BY kind ORDER BY kind"
    )
    assert [tuple(row) for row in rows] == [("bound", MANY, MANY), ("escalated", MANY, MANY)]
