"""Figures follow what happens, and come to what a count comes to."""

import asyncio
import random
from datetime import date

import pytest
from talent_kit.auth import Role
from talent_postdoc.cli import commands
from talent_postdoc.figures import service

REGIONS = ("350702", "350721", "350800", "330802", "350000")
DISCIPLINES = ("0812", "0701")


async def counted(world, *ids):
    async with world.running.service.database.transaction() as session:
        await service.count(session, ids)


async def different(world):
    async with world.running.service.database.transaction() as session:
        return await service.different(session)


async def read(world, query=""):
    answer = await world.send("GET", f"/v1/postdoc-figures{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def hear(world):
    """Let the service hear its own events."""
    await world.running.settle()
    async with world.running.service.bus.subscribe("postdoc", {"talent.postdoc"}) as subscription:
        for _ in range(3):
            await world.running.worker.consumer.step(subscription)
            await world.running.settle()


async def test_what_happens_to_a_station_is_heard_and_counted(world, monkeypatch):
    monkeypatch.setattr("talent_kit.bus.embedded._WAIT", 0.0)
    unit = await world.unit()
    station = await world.station(unit, approved_on=date(2024, 1, 1), created_at=date(2024, 1, 1))
    await counted(world, station)
    assert (await read(world))["by_kind"] == [
        {"kind": "workstation", "status": "active", "stations": 1}
    ]
    for loop in world.running.worker.loops:
        if loop.name == "warnings":
            await loop.step()
    await hear(world)
    assert (await read(world))["by_kind"] == [
        {"kind": "workstation", "status": "warned", "stations": 1}
    ]
    assert await different(world) == 0


async def test_a_fellow_is_recruited_in_a_year_and_inside_until_the_end(world):
    unit = await world.unit()
    station = await world.station(unit)
    first = await world.fellow(station, unit, entered_on=date(2025, 12, 31))
    second = await world.fellow(station, unit, entered_on=date(2026, 1, 1))
    moved = await world.fellow(station, unit, entered_on=date(2026, 2, 1), entry="moved")
    waits = await world.fellow(station, unit, status="applied", entered_on=None)
    await counted(world, station, first, second, moved, waits)
    assert await different(world) == 0
    seen = await read(world)
    assert (seen["year"], seen["recruited"], seen["inside"], seen["stations"]) == (2026, 1, 3, 1)
    assert (await read(world, "?year=2025"))["recruited"] == 1
    assert (await read(world, "?year=2024"))["recruited"] == 0
    await world.rows(
        "UPDATE fellow SET ended_on = '2026-08-31', live = false WHERE id = :id RETURNING 1",
        id=second,
    )
    await counted(world, second)
    seen = await read(world)
    assert (seen["recruited"], seen["inside"]) == (1, 2)
    assert seen["by_discipline"] == [{"discipline": "0812", "recruited": 1, "inside": 2}]


async def test_cities_are_summed_from_what_lies_in_them(world):
    unit = await world.unit()
    for region in ("350702", "350784", "350800", "330802"):
        station = await world.station(unit, region=region)
        await counted(world, station, await world.fellow(station, unit, region=region))
    seen = await read(world, "?region=350000")
    assert [(each["region"], each["stations"]) for each in seen["by_city"]] == [
        ("350700", 2),
        ("350800", 1),
    ]
    assert (seen["stations"], seen["recruited"]) == (3, 3)
    assert (await read(world))["stations"] == 4
    assert (await read(world, "?region=350702"))["by_city"] == [
        {"region": "350700", "recruited": 1, "inside": 1, "stations": 1}
    ]


async def test_a_closed_station_is_none_but_stands_by_its_status(world):
    station = await world.station(await world.unit(), status="revoked")
    await counted(world, station)
    seen = await read(world)
    assert (seen["stations"], seen["by_city"]) == (0, [])
    assert seen["by_kind"] == [{"kind": "workstation", "status": "revoked", "stations": 1}]


@pytest.mark.parametrize(
    ("query", "target"),
    [("", None), ("?region=320000", 2000), ("?region=320100", None), ("?region=350000", None)],
)
async def test_the_plan_s_target_is_a_province_s(world, query, target):
    assert (await read(world, query))["target"] == target


async def test_a_city_sets_its_own_target_from_a_day_on(world):
    body = {"region": "350700", "valid_from": "2026-09-01", "value": 40, "reason": "示例"}
    who = world.staff(Role.POLICY_ADMIN)
    await world.send("POST", "/v1/terms/RECRUITED_TARGET/values", who, json=body)
    assert (await read(world, "?region=350700"))["target"] == 40
    assert (await read(world, "?region=350700&year=2025"))["target"] is None
    assert (await read(world, "?region=350702"))["target"] is None


async def test_what_is_no_region_is_refused_and_answers_may_be_kept_a_minute(world):
    answer = await world.send("GET", "/v1/postdoc-figures?region=999999")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-region")
    answer = await world.send("GET", "/v1/postdoc-figures")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


async def happen(world, chance, unit, stations, fellows):
    """Let something happen to a station or a fellow; return its id."""
    what = chance.randrange(4)
    region = chance.choice(REGIONS)
    if what == 0 or not stations:
        stations.append(await world.station(unit, region=region))
        return stations[-1]
    if what == 1:
        entered = date(2024, 1, 1 + chance.randrange(28)).replace(year=2024 + chance.randrange(3))
        fellows.append(
            await world.fellow(
                chance.choice(stations),
                unit,
                region=region,
                discipline=chance.choice(DISCIPLINES),
                entry=chance.choice(("first", "moved")),
                entered_on=chance.choice((None, entered)),
            )
        )
        return fellows[-1]
    if what == 2 or not fellows:
        changed = "UPDATE station SET status = :status, region = :region WHERE id = :id RETURNING 1"
        row, status = chance.choice(stations), chance.choice(("active", "warned", "revoked"))
        await world.rows(changed, id=row, region=region, status=status)
        return row
    changed = (
        "UPDATE fellow SET entered_on = :entered, ended_on = :ended, discipline = :discipline, "
        "region = :region WHERE id = :id RETURNING 1"
    )
    row = chance.choice(fellows)
    entered = chance.choice((None, date(2025, 12, 31), date(2026, 1, 1)))
    ended = chance.choice((None, date(2026, 8, 1))) if entered else None
    given = {"entered": entered, "ended": ended, "discipline": chance.choice(DISCIPLINES)}
    await world.rows(changed, id=row, region=region, **given)
    return row


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_history_what_is_kept_is_what_a_count_comes_to(world, seed):
    chance = random.Random(seed)
    unit, stations, fellows, told = await world.unit(), [], [], []
    for _ in range(60):
        told.append(await happen(world, chance, unit, stations, fellows))
        if chance.random() < 0.3:
            told += chance.sample(told, min(len(told), 2))
            chance.shuffle(told)
            await asyncio.gather(counted(world, *told[::2]), counted(world, *told[1::2]))
            told = []
    await counted(world, *told)
    assert await different(world) == 0
    kept = await read(world)
    async with world.running.service.database.transaction() as session:
        await service.recount(session)
    assert await read(world) == kept
    assert await different(world) == 0


async def test_a_command_counts_anew_and_says_what_differed(world, capsys):
    unit = await world.unit()
    station = await world.station(unit)
    await world.fellow(station, unit)
    settings = world.running.service.settings
    assert await commands(lambda: settings).run(["recount-figures"]) == 0
    assert capsys.readouterr().out == "3 figures differed\n"
    assert (await read(world))["recruited"] == 1
    assert await commands(lambda: settings).run(["recount-figures"]) == 0
    assert capsys.readouterr().out == "0 figures differed\n"
