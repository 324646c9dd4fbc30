"""What the office does to stations: with its day, its reason, an entry, an event."""

import asyncio
from datetime import date

import pytest

from .acting import act, events, history
from .rows import REASON


@pytest.fixture
async def unit(world):
    return await world.unit()


@pytest.fixture
async def station(world, unit):
    return await world.station(unit)


async def test_a_change_keeps_what_was_and_is_told(world, unit, station):
    given = {"name": {"zh": "新名", "en": "New name"}, "disciplines": ["0805", "0812"]}
    answer = await act(world, station, "changes", **given, effective_on="2026-08-01")
    assert answer.json()["name"] == given["name"]
    assert answer.headers["ETag"] == '"2"'
    (entry,) = (await unit.send("GET", f"/v1/stations/{station}/entries")).json()["items"]
    assert (entry["kind"], entry["effective_on"], entry["recorded_by"]) == (
        "changed",
        "2026-08-01",
        None,
    )
    assert entry["detail"]["changes"]["disciplines"] == {"from": ["0812"], "to": ["0805", "0812"]}
    assert entry["detail"]["reason"] == REASON["reason"]
    ((kind, told),) = await events(world)
    assert (kind, told["version"]) == ("updated", 2)
    office = await world.send("GET", f"/v1/stations/{station}/entries", world.office())
    assert office.json()["items"][0]["recorded_by"] == "office-1"
    again = await act(world, station, "changes", version=2, **given)
    assert (again.status_code, again.json()["code"]) == (422, "nothing-changed")


async def test_another_unit_takes_a_station_over_unless_it_has_one(world, unit, station):
    other = await world.unit(region="350703")
    answer = await act(world, station, "changes", unit_id=str(other.id))
    assert (answer.json()["unit_id"], answer.json()["region"]) == (str(other.id), "350703")
    assert (await unit.send("GET", f"/v1/stations/{station}")).status_code == 404
    second = await world.station(unit)
    taken = await act(world, second, "changes", unit_id=str(other.id))
    assert (taken.status_code, taken.json()["code"]) == (409, "station-taken")
    nobody = await act(world, second, "changes", unit_id="0197a2b4-0000-7000-8000-000000000001")
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unit-unknown")


@pytest.mark.parametrize(
    ("day", "status"),
    [("2025-08-31", 422), ("2025-09-01", 200), ("2026-09-01", 200), ("2026-09-02", 422)],
)
async def test_a_day_counts_from_the_approval_until_today(world, station, day, status):
    answer = await act(world, station, "suspension", effective_on=day)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["code"] == "effective-day-invalid"
        assert (answer.json()["earliest"], answer.json()["latest"]) == ("2025-09-01", "2026-09-01")


async def test_a_station_is_marked_suspended_and_resumed(world, unit, station):
    assert (await act(world, station, "model-mark", model=True)).json()["model"] is True
    same = await act(world, station, "model-mark", version=2, model=True)
    assert same.json()["code"] == "nothing-changed"
    assert (await act(world, station, "suspension", version=2)).json()["status"] == "suspended"
    again = await act(world, station, "suspension", version=3)
    assert (again.status_code, again.json()["code"]) == (409, "station-state")
    assert (await act(world, station, "resumption", version=3)).json()["status"] == "active"
    assert (await act(world, station, "resumption", version=4)).json()["code"] == "station-state"
    assert [kind for kind, _ in await history(unit, station)] == [
        "resumed",
        "suspended",
        "model_marked",
    ]
    assert [told["status"] for _, told in await events(world)] == ["active", "suspended", "active"]


@pytest.mark.parametrize(
    ("suspended_on", "status", "code"), [(None, 200, None), ("2026-08-01", 409, "warning-stands")]
)
async def test_what_a_warning_suspended_resumes_when_mended(
    world, unit, suspended_on, status, code
):
    station = await world.station(unit, status="suspended")
    await world.rows(
        "INSERT INTO station_warning (id, station_id, unit_id, region, cause, status, warned_on,"
        " mend_until, suspended_on, changed_at, version) VALUES (gen_random_uuid(), :station,"
        " :unit, '350702', 'idle', 'open', '2026-08-01', '2027-08-01', :day, now(), 1) RETURNING 1",
        station=station,
        unit=unit.id,
        day=suspended_on and date.fromisoformat(suspended_on),
    )
    answer = await act(world, station, "resumption")
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    if status == 200:
        assert answer.json()["status"] == "warned"


async def test_a_merger_waits_for_fellows_and_branches_and_ends_joint_recruitment(
    world, unit, station
):
    successor = await world.station(await world.unit())
    mobile = await world.station(await world.unit(), kind="mobile")
    await unit.send(
        "POST",
        f"/v1/stations/{station}/links",
        json={"partner_id": str(mobile), "from_on": "2026-01-01"},
    )
    branch = await world.station(await world.unit(), kind="branch", parent_id=station)
    fellow = await world.fellow(station, unit)
    await world.fellow(station, unit, live=False)
    given = {"successor_id": str(successor)}
    occupied = await act(world, station, "merger", **given)
    assert (occupied.status_code, occupied.json()["code"]) == (409, "station-occupied")
    assert occupied.json()["fellows"] == 1
    await world.rows("UPDATE fellow SET live = false WHERE id = :id RETURNING 1", id=fellow)
    above = await act(world, station, "merger", **given)
    assert (above.json()["code"], above.json()["branches"]) == ("branches-stand", 1)
    await world.rows("UPDATE station SET status = 'revoked' WHERE id = :id RETURNING 1", id=branch)
    merged = await act(world, station, "merger", **given)
    assert (merged.json()["status"], merged.json()["successor_id"]) == ("merged", str(successor))
    (link,) = await world.rows("SELECT live, until_on FROM station_link")
    assert tuple(link) == (False, date(2026, 9, 1))
    assert (await events(world))[-1][0] == "closed"
    after = await act(world, station, "suspension", version=2)
    assert (after.status_code, after.json()["code"]) == (409, "station-state")
    kinds = await world.rows("SELECT kind FROM station_entry WHERE station_id = :s", s=successor)
    assert [row.kind for row in kinds] == ["took_over"]


@pytest.mark.parametrize(
    "changes",
    [{"kind": "mobile"}, {"status": "suspended"}, {"status": "revoked"}, None],
)
async def test_a_station_is_merged_into_another_of_its_kind_that_recruits(
    world, unit, station, changes
):
    successor = station if changes is None else await world.station(unit, **changes)
    answer = await act(world, station, "merger", successor_id=str(successor))
    assert (answer.status_code, answer.json()["code"]) == (422, "successor-invalid")


async def test_of_two_at_once_one_acts(world, station):
    answers = await asyncio.gather(
        act(world, station, "suspension"), act(world, station, "model-mark", model=True)
    )
    assert sorted(each.status_code for each in answers) == [200, 412]


async def test_another_region_s_office_sees_nothing(world, station):
    far = world.office(region="330800")
    for name in ("suspension", "changes", "revocation"):
        answer = await act(world, station, name, who=far)
        assert (answer.status_code, answer.json()["code"]) == (404, "station-not-found")
