"""Plans over HTTP."""

import pytest

PATH = "/v1/recruitment-plans"


async def planned(unit, station, year=2026, **planned):
    body = {"station_id": str(station), "year": year, "planned": planned or {"0812": 2}}
    return await unit.send("POST", PATH, json=body)


@pytest.mark.parametrize(("year", "status"), [(2025, 422), (2026, 201), (2027, 201), (2028, 422)])
async def test_a_plan_is_for_this_year_or_the_next(world, year, status):
    unit = await world.unit()
    answer = await planned(unit, await world.station(unit), year)
    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "plan-year"


async def test_one_plan_a_year_of_disciplines_that_the_station_has(world):
    unit = await world.unit()
    station = await world.station(unit)
    made = (await planned(unit, station)).json()
    again = await planned(unit, station)
    assert (again.status_code, again.json()["plan_id"]) == (409, made["id"])
    other = await unit.send(
        "PUT", f"{PATH}/{made['id']}", version=1, json={"planned": {"0812": 2, "0805": 1}}
    )
    assert (other.status_code, other.json()["code"]) == (422, "discipline-not-of-station")


@pytest.mark.parametrize(("status", "code"), [("warned", 201), ("suspended", 409)])
async def test_only_a_station_that_recruits_plans(world, status, code):
    unit = await world.unit()
    assert (await planned(unit, await world.station(unit, status=status))).status_code == code


async def test_a_plan_is_seen_by_its_unit_and_the_office_alone(world):
    unit, other = await world.unit(), await world.unit()
    made = (await planned(unit, await world.station(unit))).json()
    path = f"{PATH}/{made['id']}"
    assert (await unit.send("GET", path)).json()["planned"] == {"0812": 2}
    assert (await other.send("GET", path)).status_code == 404
    assert (
        await other.send("PUT", path, version=1, json={"planned": {"0812": 1}})
    ).status_code == 404
    assert (await world.send("GET", path, world.office())).status_code == 200
    assert (await world.send("GET", path, world.office(region="330800"))).status_code == 404
    assert len((await world.send("GET", PATH, world.office())).json()["items"]) == 1
    assert (await other.send("GET", PATH)).json()["items"] == []
