"""Positions that the office takes down: gone at once, with a reason that the unit is told."""

import json

import pytest

from ..candidacies.applied import accepted, act, apply, interviewed
from .opened import Recruiting

WHY = {"reason": "招收信息与核准学科不符"}


async def take_down(world, position, region="350700"):
    path = f"/v1/positions/{position}/takedown"
    return await world.send("POST", path, world.office(region=region), json=WHY)


async def found(world):
    return (await world.send("GET", "/v1/positions")).json()["items"]


async def test_the_world_forgets_it_at_once_and_the_unit_is_told_why(world):
    here = await Recruiting.begun(world, planned={"0812": 1})
    position = await here.published()
    assert [each["id"] for each in await found(world)] == [position]
    answer = await take_down(world, position)
    assert (answer.status_code, answer.json()["status"]) == (200, "taken_down")
    assert await found(world) == []
    for rest in ("", "/job-posting"):
        assert (await world.send("GET", f"/v1/positions/{position}{rest}")).status_code == 404
    feed = await world.send("GET", "/v1/positions/feed.atom")
    assert position not in feed.text
    own = await here.unit.send("GET", f"/v1/positions/{position}/managed")
    assert own.json()["taken_down_for"] == WHY["reason"]
    [noted] = await world.rows("SELECT actor, detail FROM audit WHERE action LIKE '%taken-down'")
    assert (noted.actor, noted.detail["reason"]) == ("office-1", WHY["reason"])
    rows = await world.rows("SELECT value FROM outbox WHERE type LIKE '%position.closed%'")
    [told] = [json.loads(bytes(row.value))["data"] for row in rows]
    assert (told["status"], told["version"]) == ("closed", answer.json()["version"])
    assert WHY["reason"] not in str(told)
    await here.published()


async def test_nothing_brings_it_back(world):
    here = await Recruiting.begun(world)
    position = await here.published()
    await take_down(world, position)
    for answer in (
        await here.publish(position),
        await here.close(position),
        await take_down(world, position),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "position-state")


@pytest.mark.parametrize(
    ("region", "status"),
    [("350000", 200), ("350700", 200), ("350702", 200), ("350703", 404), ("330800", 404)],
)
async def test_the_offices_over_its_region_take_it_down(world, region, status):
    here = await Recruiting.begun(world)
    assert (await take_down(world, await here.published(), region)).status_code == status


async def test_drafts_are_no_matter_of_the_office_and_closed_ones_are(world):
    here = await Recruiting.begun(world)
    draft = (await here.drafted()).json()["id"]
    assert (await take_down(world, draft)).json()["code"] == "position-state"
    closed = await here.published()
    await here.close(closed)
    assert (await take_down(world, closed)).json()["status"] == "taken_down"


async def test_nobody_is_accepted_for_it_any_more(world):
    here, talent = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = await interviewed(here, talent, position)
    await take_down(world, position)
    late = await act(here.unit, candidacy, "acceptance", reason="示例理由")
    assert (late.status_code, late.json()["code"]) == (409, "position-state")
    assert (await act(talent, candidacy, "withdrawal")).status_code == 200
    other = await apply(await world.talent(), position)
    assert (other.status_code, other.json()["code"]) == (409, "position-not-open")


async def test_who_was_accepted_may_still_give_the_place_back(world):
    here, talent = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = await accepted(here, talent, position)
    assert (await take_down(world, position)).json()["taken"] == 1
    assert (await act(talent, candidacy, "withdrawal")).status_code == 200
    own = (await here.unit.send("GET", f"/v1/positions/{position}/managed")).json()
    assert (own["status"], own["taken"]) == ("taken_down", 0)


async def joint(world, here, confirmed=True, **dates):
    """A mobile station, and its link with the station that recruits."""
    university = await world.unit()
    mobile = await world.station(university, kind="mobile")
    own = f"/v1/stations/{here.station_id}/links"
    body = {"partner_id": str(mobile), "from_on": "2026-09-01"} | dates
    link = (await here.unit.send("POST", own, json=body)).json()
    if confirmed:
        path = f"/v1/stations/{mobile}/links/{link['id']}/confirmation"
        assert (await university.send("POST", path, version=1)).status_code == 200
    return mobile


@pytest.mark.parametrize(
    ("opens_on", "confirmed", "dates", "status"),
    [
        ("2026-09-01", True, {}, 200),
        ("2026-09-01", False, {}, 409),
        ("2026-09-01", True, {"from_on": "2026-09-02"}, 409),
        ("2026-09-02", True, {"from_on": "2026-09-02"}, 200),
        ("2026-09-02", True, {"until_on": "2026-09-01"}, 409),
        ("2026-09-01", True, {"until_on": "2026-09-01"}, 200),
    ],
)
async def test_joint_recruitment_stands_when_the_position_opens(
    world, opens_on, confirmed, dates, status
):
    here = await Recruiting.begun(world)
    mobile = await joint(world, here, confirmed, **dates)
    draft = (await here.drafted(joint_station_id=str(mobile), opens_on=opens_on)).json()
    answer = await here.publish(draft["id"])
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "not-recruiting-jointly"


async def test_a_mobile_station_that_stopped_recruiting_is_told_of_on_publishing(world):
    here = await Recruiting.begun(world)
    mobile = await joint(world, here)
    draft = (await here.drafted(joint_station_id=str(mobile))).json()
    await world.rows("UPDATE station SET status = 'suspended' WHERE id = :it RETURNING 1",
                     it=mobile)  # fmt: skip
    assert (await here.publish(draft["id"])).json()["code"] == "joint-station-unfit"
