"""Which office may end a station: by its level, as the province's figures have it."""

import pytest
from talent_kit.auth import Role

from .acting import act
from .test_revoking import announced, stated

NATION, PROVINCE, CITY, COUNTY = "000000", "350000", "350700", "350702"
MAY_END = {
    "national": {NATION, PROVINCE},
    "provincial": {NATION, PROVINCE},
    "city": {NATION, PROVINCE, CITY},
}


async def attempts(world, station, region):
    """Announce, drop, announce, revoke and merge as the office of a region; return the codes."""
    who, other = world.office(region=region), await world.station(await world.unit())
    path = f"/v1/stations/{station}/revocation-notice/withdrawal"
    return [
        (await announced(world, station, who)).json().get("code"),
        (await world.send("POST", path, who, json={"reason": "示例"})).json().get("code"),
        (await act(world, station, "revocation", who=who)).json().get("code"),
        (await act(world, station, "merger", who=who, successor_id=str(other))).json().get("code"),
    ]


@pytest.mark.parametrize("level", MAY_END)
@pytest.mark.parametrize("region", [NATION, PROVINCE, CITY, COUNTY])
async def test_the_office_that_recognises_such_stations_ends_them_and_those_above(
    world, level, region
):
    station = await world.station(await world.unit(), level=level)
    codes = await attempts(world, station, region)
    if region in MAY_END[level]:
        assert codes == [None, None, "revocation-notice-not-found", None]
    else:
        assert codes == ["office-above"] * 4


@pytest.mark.parametrize("region", ["330800", "320000"])
async def test_another_region_s_office_does_not_even_see_it(world, region):
    station = await world.station(await world.unit(), level="city")
    assert await attempts(world, station, region) == ["station-not-found"] * 4


async def test_the_refusal_names_the_region_whose_office_it_takes(world):
    station = await world.station(await world.unit(), level="provincial")
    refused = await announced(world, station, world.office(region=CITY))
    assert (refused.status_code, refused.json()["region"]) == (403, PROVINCE)


async def set_figure(world, region, value, name="CLOSING_PROVINCIAL"):
    given = {"region": region, "valid_from": "2026-01-01", "value": value, "reason": "示例文件"}
    who = world.staff(Role.POLICY_ADMIN, region=region)
    return await world.send("POST", f"/v1/terms/{name}/values", who, json=given)


async def test_a_province_leaves_it_to_its_cities_but_no_city_takes_it(world):
    unit = await world.unit()
    station = await world.station(unit, level="provincial")
    city = world.office(region=CITY)
    assert (await set_figure(world, CITY, 2)).status_code == 201
    assert (await announced(world, station, city)).json()["code"] == "office-above"
    assert (await set_figure(world, PROVINCE, 2)).status_code == 201
    assert (await announced(world, station, city)).status_code == 201
    await stated(unit, station)
    assert (await act(world, station, "revocation", who=city)).json()["status"] == "revoked"


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("CLOSING_CITY", 3, 201),
        ("CLOSING_CITY", 4, 422),
        ("FILING_AT_ONCE", 1, 201),
        ("FILING_AT_ONCE", 2, 422),
        ("PANEL_QUORUM", 3, 201),
        ("PANEL_QUORUM", 4, 422),
        ("ENTRY_AGE", 4, 201),
    ],
)
async def test_a_figure_is_no_more_than_its_unit_can_be(world, name, value, status):
    answer = await set_figure(world, PROVINCE, value, name)
    assert answer.status_code == status
    if status == 422:
        assert (answer.json()["code"], answer.json()["most"]) == ("term-value-invalid", value - 1)
