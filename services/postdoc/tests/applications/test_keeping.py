"""How long a decided application keeps whom it names as advisors."""

import pytest

from .test_applications import PATH, mobile, submitted, written


async def advisors(unit, application):
    found = (await unit.send("GET", f"{PATH}/{application}")).json()
    return len(found["advisors"]), found["status"]


async def sealed(world):
    rows = await world.rows("SELECT advisors_sealed FROM station_application")
    return [row.advisors_sealed is not None for row in rows]


@pytest.mark.parametrize(("days", "left"), [(179, 3), (180, 0), (181, 0)])
async def test_advisors_are_forgotten_so_many_days_after_the_decision(world, days, left):
    unit = await world.unit(region="320500")
    partner = await mobile(world)
    out = await written(world, unit, partners=[{"station_id": str(partner)}])
    station = (await submitted(unit, out)).json()["station_id"]
    world.later(days=days)
    await world.running.settle()
    assert await advisors(unit, out["id"]) == (left, "established")
    assert await sealed(world) == [left > 0]
    own = (await unit.send("GET", f"/v1/advisors?station_id={station}")).json()["items"]
    assert len(own) == 3


async def test_those_of_a_draft_that_was_given_up_go_too(world):
    unit = await world.unit()
    out = await written(world, unit)
    await unit.send("POST", f"{PATH}/{out['id']}/withdrawal", version=1)
    world.later(days=180)
    await world.running.settle()
    assert await advisors(unit, out["id"]) == (0, "withdrawn")


async def test_what_waits_for_a_decision_keeps_them(world):
    unit = await world.unit()
    draft = await written(world, unit)
    world.later(days=400)
    await world.running.settle()
    assert await advisors(unit, draft["id"]) == (3, "draft")
