"""Who sees which stations."""

from talent_kit.auth import Role


async def test_a_unit_sees_its_own_stations_and_staff_those_of_the_region(world):
    unit, other = await world.unit(), await world.unit()
    mine, _ = await world.station(unit), await world.station(other, region="350721")
    listed = (await unit.send("GET", "/v1/stations")).json()["items"]
    assert [each["id"] for each in listed] == [str(mine)]
    path = f"/v1/stations/{mine}"
    assert (await unit.send("GET", path)).headers["ETag"] == '"1"'
    answer = await other.send("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, "station-not-found")
    assert len((await world.send("GET", "/v1/stations", world.office())).json()["items"]) == 2
    county = world.office(region="350702")
    assert len((await world.send("GET", "/v1/stations", county)).json()["items"]) == 1
    far = world.staff(Role.AUDITOR, region="330800")
    assert (await world.send("GET", path, far)).status_code == 404
