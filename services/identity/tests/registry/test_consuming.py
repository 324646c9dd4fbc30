"""What the postdoc service tells of fellows stands in their own record."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from talent_contracts import FellowExited, FellowUpdated, FellowWithdrawn
from talent_identity.registry.consumers import on_fellows
from talent_kit.auth import Role

from ..rights.test_erasure import erased

FELLOW = uuid4()


def told(talent_id, kind=FellowExited, version=10, status="completed", **changes):
    given = {
        "fellow_id": FELLOW,
        "talent_id": UUID(talent_id),
        "station_id": uuid4(),
        "station_kind": "workstation",
        "employer_id": uuid4(),
        "region": "350702",
        "entry": "first",
        "doctorate": "held",
        "status": status,
        "entered_on": date(2024, 9, 1),
        "ended_on": None if status == "in_station" else date(2026, 8, 31),
        "version": version,
    }
    return kind(**given | changes)


async def consumed(world, *events):
    async with world.running.service.database.transaction() as session:
        await on_fellows(session, events)


ENTRY = {"kind": "postdoc_completed", "on": "2026-08-31", "source_id": str(FELLOW)}


async def test_an_exit_stands_in_the_talent_s_record_and_export(world):
    talent, shown = await world.talent()
    assert shown["registry"] == []
    await consumed(world, told(shown["id"]), told(shown["id"]))
    assert (await talent.get("/v1/talents/me")).json()["registry"] == [ENTRY]
    held = (await talent.get("/v1/personal-data/identity")).json()
    assert held["profile"]["registry"] == [ENTRY]
    assert (await talent.get("/v1/personal-data/identity/export")).json()["registry"] == [ENTRY]
    reviewer = world.caller(Role.REVIEWER, region="350700")
    read = (await reviewer.get(f"/v1/talents/{shown['id']}")).json()
    assert read["registry"] == [ENTRY]
    listed = (await reviewer.get("/v1/talents")).json()["items"]
    assert [each["registry"] for each in listed] == [[ENTRY]]


@pytest.mark.parametrize(
    ("version", "day"), [(9, "2026-08-31"), (10, "2026-08-31"), (11, "2026-08-30")]
)
async def test_the_newest_counts(world, version, day):
    talent, shown = await world.talent()
    await consumed(world, told(shown["id"]))
    put_right = told(shown["id"], FellowUpdated, version, ended_on=date(2026, 8, 30))
    await consumed(world, put_right)
    ((entry),) = (await talent.get("/v1/talents/me")).json()["registry"]
    assert entry["on"] == day


@pytest.mark.parametrize("status", ["in_station", "left_early"])
async def test_an_exit_that_was_none_goes(world, status):
    talent, shown = await world.talent()
    kind = FellowUpdated if status == "in_station" else FellowWithdrawn
    await consumed(world, told(shown["id"], version=9), told(shown["id"], kind, 11, status))
    assert (await talent.get("/v1/talents/me")).json()["registry"] == []
    await consumed(world, told(shown["id"], version=12))
    assert len((await talent.get("/v1/talents/me")).json()["registry"]) == 1
    await consumed(world, told(shown["id"], kind, 11, status))
    assert len((await talent.get("/v1/talents/me")).json()["registry"]) == 1
    await consumed(world, told(shown["id"], kind, 13, status))
    assert (await talent.get("/v1/talents/me")).json()["registry"] == []


async def test_it_goes_with_the_talent_and_does_not_come_back(world):
    talent, shown = await world.talent()
    await consumed(world, told(shown["id"]))
    await erased(talent)
    assert not await world.rows("SELECT 1 FROM registry_entry")
    await consumed(world, told(shown["id"], FellowUpdated, 11), told(str(uuid4())))
    assert not await world.rows("SELECT 1 FROM registry_entry")
