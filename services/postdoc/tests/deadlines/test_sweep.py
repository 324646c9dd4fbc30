"""Each deadline is told of ahead once and once when it is over, whatever the clock does."""

import asyncio
from datetime import date, timedelta

import pytest
from talent_postdoc.deadlines import worker
from talent_postdoc.deadlines.service import Due, Subject, keep

from .given import REMIND_AHEAD, deadline, save, sweep, told

DUE = date(2026, 12, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (DUE - REMIND_AHEAD - DAY, []),
        (DUE - REMIND_AHEAD, ["reminded"]),
        (DUE - REMIND_AHEAD + DAY, ["reminded"]),
        (DUE, ["reminded"]),
        (DUE + DAY, ["escalated"]),
        (DUE + 3_650 * DAY, ["escalated"]),
    ],
)
async def test_who_first_looks_on_a_day_tells_what_counts_then(world, today, expected):
    await save(world, deadline(DUE))
    world.today(today)
    assert [kind for kind, _ in await sweep(world)] == expected
    assert await sweep(world) == []


async def test_both_are_told_once_over_years_of_a_clock_that_jumps_back_too(world):
    await save(world, row := deadline(DUE))
    said = []
    for day in (DUE - DAY, DUE - 900 * DAY, DUE, DUE + DAY, DUE - DAY, DUE + 4_000 * DAY):
        world.today(day)
        said += await sweep(world)
    assert said == [("reminded", str(row["id"])), ("escalated", str(row["id"]))]


async def test_what_was_met_is_not_told_of(world):
    await save(world, deadline(DUE, met_on=DUE))
    world.today(DUE + DAY)
    assert await sweep(world) == []


async def test_the_day_ends_at_midnight_in_shanghai(world):
    await save(world, deadline(DUE, reminded_at=world.running.clock.now()))
    world.today(DUE)
    world.later(hours=11, minutes=59)
    assert await sweep(world) == []
    world.later(minutes=1)
    assert [kind for kind, _ in await sweep(world)] == ["escalated"]


async def test_a_deadline_that_moves_is_told_of_anew(world):
    row = deadline(DUE)
    await save(world, row)
    subject = Subject("fellow", row["subject_id"], "350702")
    world.today(DUE)
    assert len(await sweep(world)) == 1
    async with world.running.service.database.transaction() as session:
        moved = DUE + 60 * DAY
        await keep(session, world.running.clock, subject, [Due("midterm", moved, DUE + 30 * DAY)])
    assert await sweep(world) == []
    world.today(DUE + 30 * DAY)
    assert [kind for kind, _ in await sweep(world)] == ["reminded"]


async def test_sweeps_beside_one_another_and_changes_tell_of_each_once(world, monkeypatch):
    monkeypatch.setattr(worker, "BATCH", 7)
    rows = [deadline(DUE) for _ in range(200)]
    await save(world, *rows)
    world.today(DUE)

    async def change(row):
        subject = Subject("fellow", row["subject_id"], "350702")
        async with world.running.service.database.transaction() as session:
            later = Due("midterm", DUE + 60 * DAY, DUE + 30 * DAY)
            await keep(session, world.running.clock, subject, [later])

    sweeps = [worker.Sweep(world.running.service) for _ in range(3)]

    async def until_done(loop):
        while await loop.step():
            pass

    await asyncio.gather(*map(until_done, sweeps), *(change(row) for row in rows[::5]))
    said = await told(world)
    assert len(said) == len(set(said))
    moved = {str(row["id"]) for row in rows[::5]}
    assert {key for _, key in said} >= {str(row["id"]) for row in rows} - moved
    world.today(DUE + 30 * DAY)
    again = [key for kind, key in (await sweep(world))[len(said) :] if kind == "reminded"]
    assert set(again) == moved
    assert len(again) == len(moved)


async def test_a_batch_that_fails_is_told_of_whole_the_next_time(world, monkeypatch):
    await save(world, deadline(DUE), deadline(DUE))
    world.today(DUE)
    real = worker.save_events

    async def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(worker, "save_events", broken)
    loop, *_ = world.running.worker.loops
    with pytest.raises(RuntimeError):
        await loop.step()
    monkeypatch.setattr(worker, "save_events", real)
    assert len(await sweep(world)) == 2


async def test_what_is_told_names_no_person(world):
    row = deadline(DUE)
    await save(world, row)
    world.today(DUE)
    loop, *_ = world.running.worker.loops
    await loop.step()
    (said,) = await world.rows(
        "SELECT convert_from(value, 'UTF8')::jsonb -> 'data' AS data FROM outbox"
    )
    assert said.data == {
        "version": 2,
        "deadline_id": str(row["id"]),
        "kind": "midterm",
        "subject_kind": "fellow",
        "subject_id": str(row["subject_id"]),
        "station_id": str(row["station_id"]),
        "employer_id": str(row["unit_id"]),
        "talent_id": str(row["talent_id"]),
        "region": "350702",
        "due_on": "2026-12-01",
    }
