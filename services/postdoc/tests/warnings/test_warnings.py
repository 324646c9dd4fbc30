"""Stations that nobody enters are warned by the clock alone; who mends goes on as before."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from talent_postdoc.warnings.rules import Cause
from talent_postdoc.warnings.service import warn_idle
from talent_postdoc.warnings.worker import Watch

from .rows import warned

SET_UP = date(2024, 9, 1)
EARLY = datetime(2024, 9, 1, 4, tzinfo=UTC)


async def old(world, unit, day=SET_UP, **changes):
    """A station that was set up, and recorded, on a day."""
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return await world.station(unit, approved_on=day, created_at=at, **changes)


async def looked(world):
    return await Watch(world.running.service).step()


async def state(world, station_id):
    (row,) = await world.rows("SELECT status, version FROM station WHERE id = :id", id=station_id)
    return row.status


async def standing(world):
    rows = await world.rows("SELECT cause, status, mend_until FROM station_warning ORDER BY id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("today", "warned_"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2026, 9, 2), True)],
)
async def test_two_years_without_an_entry_warn_a_station_once(world, today, warned_):
    station_id = await old(world, await world.unit())
    world.today(today)
    assert await looked(world) == warned_
    assert await looked(world) == 0
    assert await state(world, station_id) == ("warned" if warned_ else "active")
    until = today.replace(year=2027)
    assert await standing(world) == ([("idle", "open", until)] if warned_ else [])


@pytest.mark.parametrize(("day", "found"), [(1, 1), (2, 0)])
async def test_the_last_entry_begins_it_anew(world, day, found):
    unit = await world.unit()
    station_id = await old(world, unit, date(2020, 1, 1))
    await world.fellow(
        station_id, unit, entered_on=date(2024, 9, day), ended_on=date(2026, 8, 1), live=False
    )
    assert await looked(world) == found


async def test_a_mobile_station_recruits_with_whom_its_fellows_are(world):
    unit, university = await world.unit(), await world.unit()
    mobile = await old(world, university, kind="mobile")
    await world.fellow(await old(world, unit), unit, joint_station_id=mobile)
    assert await looked(world) == 0


async def test_an_applicant_is_no_entry(world):
    unit = await world.unit()
    await world.fellow(await old(world, unit), unit, status="applied", entered_on=None)
    assert await looked(world) == 1


async def test_a_register_taken_over_raises_no_alarm_before_two_years_have_passed(world):
    unit = await world.unit()
    await world.station(unit, approved_on=date(2005, 5, 5))
    assert await looked(world) == 0
    world.today(date(2028, 8, 31))
    assert await looked(world) == 0
    world.today(date(2028, 9, 1))
    assert await looked(world) == 1


@pytest.mark.parametrize("status", ["suspended", "revoked"])
async def test_who_may_not_recruit_is_not_warned(world, status):
    await old(world, await world.unit(), status=status)
    assert await looked(world) == 0


async def test_nothing_mended_suspends_benefits_and_then_proposes_the_revocation(world):
    station_id = await old(world, await world.unit())
    await looked(world)
    world.today(date(2027, 9, 1))
    assert await looked(world) == 0
    world.today(date(2027, 9, 2))
    assert await looked(world) == 1
    assert await state(world, station_id) == "suspended"
    assert await standing(world) == [("idle", "suspended", date(2028, 3, 2))]
    world.today(date(2028, 3, 2))
    assert await looked(world) == 0
    world.today(date(2028, 3, 3))
    assert await looked(world) == 1
    assert await looked(world) == 0
    assert await standing(world) == [("idle", "proposed", date(2028, 3, 2))]
    kinds = await world.rows("SELECT kind FROM station_entry ORDER BY id")
    assert [row.kind for row in kinds] == ["warned", "suspended", "revocation_proposed"]
    due = await world.rows("SELECT kind, due_on, met_on FROM deadline")
    assert [tuple(row) for row in due] == [("mending", date(2028, 3, 2), date(2028, 3, 3))]


async def test_what_the_office_suspended_stays_suspended_when_the_warning_ends(world):
    unit = await world.unit()
    station_id = await old(world, unit)
    await looked(world)
    await world.rows("UPDATE station SET status = 'suspended' RETURNING 1")
    world.today(date(2027, 9, 2))
    assert await looked(world) == 1
    (warning,) = await world.rows("SELECT id, status, suspended_on FROM station_warning")
    assert (warning.status, warning.suspended_on) == ("suspended", None)
    path = f"/v1/station-warnings/{warning.id}/mending"
    await world.send("POST", path, world.office(), json={"reason": "x"})
    assert await state(world, station_id) == "suspended"


@pytest.mark.parametrize(("both", "after"), [(False, "active"), (True, "warned")])
async def test_what_the_clock_suspended_goes_on_when_it_is_mended(world, both, after):
    station_id = await old(world, await world.unit())
    await looked(world)
    world.today(date(2027, 9, 2))
    await looked(world)
    assert await state(world, station_id) == "suspended"
    if both:
        await warned(world, station_id)
    (warning,) = await world.rows("SELECT id FROM station_warning WHERE cause = 'idle'")
    path = f"/v1/station-warnings/{warning.id}/mending"
    await world.send("POST", path, world.office(), json={"reason": "x"})
    assert await state(world, station_id) == after


async def test_a_failed_evaluation_leads_straight_to_the_proposal(world):
    station_id = await world.station(await world.unit())
    await warned(world, station_id)
    world.today(date(2027, 9, 1))
    assert await looked(world) == 0
    world.today(date(2027, 9, 2))
    assert await looked(world) == 1
    assert await standing(world) == [("evaluation", "proposed", date(2027, 9, 1))]
    assert await state(world, station_id) == "warned"


async def test_a_station_that_recruits_is_mended_by_itself_and_the_years_begin_anew(world):
    unit = await world.unit()
    station_id = await old(world, unit)
    await looked(world)
    world.today(date(2026, 12, 1))
    await world.fellow(station_id, unit, entered_on=date(2026, 12, 1), ended_on=date(2026, 12, 5))
    assert await looked(world) == 1
    assert await state(world, station_id) == "active"
    assert (await standing(world))[0][:2] == ("idle", "mended")
    world.today(date(2028, 11, 30))
    assert await looked(world) == 0
    world.today(date(2028, 12, 1))
    assert await looked(world) == 1


async def test_the_office_lifts_a_warning_and_the_station_is_told_of(world):
    unit = await world.unit()
    station_id = await world.station(unit)
    path = f"/v1/station-warnings/{await warned(world, station_id)}"
    seen = (await unit.send("GET", path)).json()
    assert (seen["status"], seen["fellows_inside"], seen["mend_until"]) == ("open", 0, "2027-09-01")
    body = {"reason": "已整改"}
    far = await world.send("POST", f"{path}/mending", world.office(region="330800"), json=body)
    assert (far.status_code, far.json()["code"]) == (404, "warning-not-found")
    done = await world.send("POST", f"{path}/mending", world.office(), json=body)
    assert (done.status_code, done.json()["status"]) == (201, "mended")
    again = await world.send("POST", f"{path}/mending", world.office(), json=body)
    assert (again.status_code, again.json()["code"]) == (409, "warning-state")
    assert await state(world, station_id) == "active"
    events = await world.rows("SELECT type FROM outbox ORDER BY position")
    assert [row.type for row in events] == ["talent.postdoc.station.updated.v1"] * 2


async def test_two_causes_stand_beside_one_another(world):
    station_id = await old(world, await world.unit())
    path = f"/v1/station-warnings/{await warned(world, station_id)}/mending"
    assert await looked(world) == 1
    assert await looked(world) == 0
    await world.send("POST", path, world.office(), json={"reason": "x"})
    assert await state(world, station_id) == "warned"


async def test_warnings_of_a_closed_station_end(world):
    station_id = await world.station(await world.unit())
    await warned(world, station_id)
    await world.rows("UPDATE station SET status = 'revoked' RETURNING 1")
    assert await looked(world) == 1
    assert (await standing(world))[0][1] == "closed"
    assert await state(world, station_id) == "revoked"


async def test_two_watches_at_once_warn_each_station_once(world):
    unit = await world.unit()
    for _ in range(30):
        await old(world, unit)
    found = await asyncio.gather(*(looked(world) for _ in range(4)))
    assert sum(found) == 30
    assert [cause for cause, *_ in await standing(world)] == [Cause.IDLE] * 30


async def test_lists_of_a_unit_and_an_office(world):
    unit, other = await world.unit(), await world.unit()
    await warned(world, await world.station(unit))

    async def listed(who):
        return len((await world.send("GET", "/v1/station-warnings", who)).json()["items"])

    assert [await listed(unit.headers), await listed(other.headers)] == [1, 0]
    assert await listed(world.office()) == 1
    assert await listed(world.office(region="330800")) == 0
    (row,) = await world.rows("SELECT id FROM station_warning")
    answer = await other.send("GET", f"/v1/station-warnings/{row.id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "warning-not-found")


async def test_a_region_that_nobody_knows_stops_no_other(world):
    unit = await world.unit()
    await old(world, unit, region="999999")
    await old(world, unit)
    assert await looked(world) == 2


async def test_the_worker_looks_by_itself_and_again_after_an_error(world, monkeypatch):
    station_id = await old(world, await world.unit())
    monkeypatch.setattr("talent_kit.loops._PAUSE", 0.0)
    faults = [RuntimeError("no database")]

    async def fails(session, clock):
        if faults:
            raise faults.pop()
        return 0

    watch = Watch(world.running.service, (fails, warn_idle))
    task = asyncio.create_task(watch.run())
    async with asyncio.timeout(10):
        while await state(world, station_id) != "warned":  # noqa: ASYNC110 - the database tells
            await asyncio.sleep(0.02)
    task.cancel()
    assert not faults
