"""Revocation: announced, the unit heard, each fellow placed, then decided."""

from datetime import date

import pytest
from talent_postdoc.changes.rules import may_decide, may_state, state_by
from talent_rules import WorkingCalendar

from .acting import act, events, history

WHY = {"reason": "评估不合格，逾期未整改"}
CASE = {"words": "本单位已招收两名博士后"}


@pytest.fixture
async def unit(world):
    return await world.unit()


@pytest.fixture
async def station(world, unit):
    return await world.station(unit, status="warned")


async def announced(world, station, who=None):
    path = f"/v1/stations/{station}/revocation-notice"
    return await world.send("POST", path, who or world.office(region="350000"), json=WHY)


async def stated(unit, station):
    path = f"/v1/stations/{station}/revocation-notice/statement"
    return await unit.send("POST", path, json=CASE)


async def test_without_a_notice_nothing_is_revoked(world, unit, station):
    answer = await act(world, station, "revocation")
    assert (answer.status_code, answer.json()["code"]) == (404, "revocation-notice-not-found")
    assert (await stated(unit, station)).status_code == 404


async def test_after_ten_working_days_of_silence_it_may_be_decided(world, unit, station):
    notice = (await announced(world, station)).json()
    assert (notice["noticed_on"], notice["days"], notice["state_by"]) == (
        "2026-09-01",
        10,
        "2026-09-15",
    )
    assert (await announced(world, station)).json()["code"] == "revocation-notice-stands"
    (row,) = await world.rows("SELECT kind, due_on, unit_id, met_on FROM deadline")
    assert tuple(row) == ("case_stating", date(2026, 9, 15), unit.id, None)
    world.today(date(2026, 9, 15))
    early = await act(world, station, "revocation")
    assert (early.status_code, early.json()["code"]) == (409, "revocation-notice-running")
    assert early.json()["state_by"] == "2026-09-15"
    world.today(date(2026, 9, 16))
    late = await stated(unit, station)
    assert (late.status_code, late.json()["code"]) == (409, "too-late-to-state")
    revoked = await act(world, station, "revocation", effective_on="2026-09-16")
    assert revoked.json()["status"] == "revoked"
    assert [kind for kind, _ in await history(unit, station)] == ["revoked", "revocation_noticed"]
    assert [(kind, told["status"]) for kind, told in await events(world)] == [("closed", "revoked")]
    notice = await unit.send("GET", f"/v1/stations/{station}/revocation-notice")
    assert notice.json()["status"] == "decided"
    assert (await announced(world, station)).json()["code"] == "station-state"


async def test_once_the_case_is_stated_it_may_be_decided_at_once(world, unit, station):
    await announced(world, station)
    assert (await stated(unit, station)).json()["statement"] == CASE["words"]
    assert (await stated(unit, station)).json()["code"] == "already-stated"
    (row,) = await world.rows("SELECT met_on FROM deadline")
    assert row.met_on == date(2026, 9, 1)
    read = await world.send("GET", f"/v1/stations/{station}/revocation-notice", world.office())
    assert read.json()["statement"] == CASE["words"]
    assert CASE["words"] not in await world.running.stored()
    assert (await act(world, station, "revocation")).json()["status"] == "revoked"


async def test_nobody_is_left_without_a_station(world, unit, station):
    await announced(world, station)
    await stated(unit, station)
    await world.fellow(station, unit)
    await world.fellow(station, unit, status="applied", entered_on=None)
    answer = await act(world, station, "revocation")
    assert (answer.status_code, answer.json()["code"]) == (409, "station-occupied")
    assert answer.json()["fellows"] == 2
    notice = await unit.send("GET", f"/v1/stations/{station}/revocation-notice")
    assert notice.json()["status"] == "open"


async def test_whom_a_mobile_station_recruited_jointly_counts_as_inside(world, unit):
    mobile = await world.station(unit, kind="mobile")
    other = await world.unit()
    await world.fellow(await world.station(other), other, joint_station_id=mobile)
    await announced(world, mobile)
    await stated(unit, mobile)
    assert (await act(world, mobile, "revocation")).json()["fellows"] == 1


async def test_a_notice_is_dropped_and_another_may_follow(world, unit, station):
    await announced(world, station)
    path = f"/v1/stations/{station}/revocation-notice/withdrawal"
    office = world.office(region="350000")
    dropped = await world.send("POST", path, office, json={"reason": "已整改"})
    assert dropped.json()["status"] == "dropped"
    assert (await act(world, station, "revocation")).status_code == 404
    assert (await announced(world, station)).status_code == 201
    assert (await unit.send("GET", f"/v1/stations/{station}")).json()["status"] == "warned"


async def test_only_the_station_s_unit_states_its_case(world, station):
    await announced(world, station)
    other = await world.unit()
    assert (await stated(other, station)).status_code == 404
    read = await other.send("GET", f"/v1/stations/{station}/revocation-notice")
    assert read.status_code == 404


DAY = date(2025, 12, 26)


@pytest.mark.parametrize(
    ("last_year", "today", "stated", "expected"),
    [
        (2025, date(2026, 6, 1), False, (True, False)),
        (2025, date(2026, 6, 1), True, (True, True)),
        (2026, date(2026, 1, 12), False, (True, False)),
        (2026, date(2026, 1, 13), False, (False, True)),
    ],
)
def test_a_last_day_that_no_notice_tells_yet_keeps_the_case_open(
    last_year, today, stated, expected
):
    last = state_by(DAY, 10, WorkingCalendar(last_year=last_year))
    assert (may_state(last, today), may_decide(last, today, stated=stated)) == expected
