"""Joint recruitment: one side proposes, the other confirms, either ends it."""

import asyncio
from datetime import date

import pytest
from talent_postdoc.links.service import joint


@pytest.fixture
async def sides(world):
    enterprise, university = await world.unit(), await world.unit(kind="public_institution")
    station = await world.station(enterprise)
    return enterprise, station, university, await world.station(university, kind="mobile")


async def proposed(unit, station, partner, **changes):
    given = {"partner_id": str(partner), "from_on": "2026-09-01"} | changes
    return await unit.send("POST", f"/v1/stations/{station}/links", json=given)


async def stands(world, station, mobile, day):
    async with world.running.service.database.transaction() as session:
        return await joint(session, station, mobile, day)


async def test_it_stands_once_both_have_confirmed_and_until_its_last_day(world, sides):
    enterprise, station, university, mobile = sides
    link = (await proposed(enterprise, station, mobile)).json()
    assert link["confirmed_by"] == ["station"]
    assert not await stands(world, station, mobile, date(2026, 9, 1))
    own = f"/v1/stations/{station}/links/{link['id']}"
    other = f"/v1/stations/{mobile}/links/{link['id']}"
    again = await enterprise.send("POST", f"{own}/confirmation", version=1)
    assert (again.status_code, again.json()["code"]) == (409, "link-state")
    found = await university.send("POST", f"{other}/confirmation", version=1)
    assert found.json()["confirmed_by"] == ["station", "mobile"]
    ended = await enterprise.send("POST", f"{own}/end", version=2, json={"until_on": "2026-12-31"})
    assert (ended.json()["until_on"], ended.json()["live"]) == ("2026-12-31", True)
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [await stands(world, station, mobile, day) for day in days] == [
        False,
        True,
        True,
        False,
    ]
    world.today(date(2026, 12, 31))
    assert (await proposed(enterprise, station, mobile)).status_code == 409
    world.today(date(2027, 1, 1))
    assert (await proposed(enterprise, station, mobile)).status_code == 201
    kinds = [row.kind for row in await world.rows("SELECT kind FROM station_entry ORDER BY id")]
    assert kinds == ["link_proposed", "link_confirmed", "link_ended", "link_proposed"]


async def test_what_was_proposed_is_refused_by_ending_it(sides):
    enterprise, station, university, mobile = sides
    link = (await proposed(university, mobile, station)).json()
    assert link["confirmed_by"] == ["mobile"]
    path = f"/v1/stations/{station}/links/{link['id']}/end"
    found = await enterprise.send("POST", path, version=1, json={"until_on": "2026-09-01"})
    assert found.json()["live"] is False
    assert (await proposed(university, mobile, station)).status_code == 201


async def test_of_two_who_propose_at_once_one_does(sides):
    enterprise, station, _, mobile = sides
    answers = await asyncio.gather(
        proposed(enterprise, station, mobile), proposed(enterprise, station, mobile)
    )
    assert sorted(each.status_code for each in answers) == [201, 409]


@pytest.mark.parametrize(
    ("kind", "status"), [("workstation", "active"), ("mobile", "revoked"), ("mobile", "suspended")]
)
async def test_the_partner_is_a_mobile_station_that_recruits(world, sides, kind, status):
    enterprise, station, university, _ = sides
    partner = await world.station(university, kind=kind, status=status, disciplines=["0805"])
    answer = await proposed(enterprise, station, partner)
    assert (answer.status_code, answer.json()["code"]) == (422, "partner-invalid")


@pytest.mark.parametrize(("until_on", "status"), [("2026-08-31", 422), ("2026-09-01", 201)])
async def test_it_ends_no_sooner_than_it_begins(sides, until_on, status):
    enterprise, station, _, mobile = sides
    answer = await proposed(enterprise, station, mobile, until_on=until_on)
    assert answer.status_code == status


async def test_others_neither_see_nor_confirm(world, sides):
    enterprise, station, _, mobile = sides
    link = (await proposed(enterprise, station, mobile)).json()
    other = await world.unit()
    elsewhere = await world.station(other)
    for answer in (
        await other.send("GET", f"/v1/stations/{station}/links"),
        await other.send(
            "POST", f"/v1/stations/{mobile}/links/{link['id']}/confirmation", version=1
        ),
        await other.send(
            "POST", f"/v1/stations/{elsewhere}/links/{link['id']}/confirmation", version=1
        ),
    ):
        assert answer.status_code == 404


async def test_a_doctor_enters_two_stations_that_recruit_jointly_and_no_others(world, sides):
    enterprise, station, university, mobile = sides
    advisor = str(await world.advisor(mobile))
    doctor = await world.talent()

    async def apply():
        body = {
            "talent_id": str(doctor.id),
            "station_id": str(station),
            "joint_station_id": str(mobile),
            "advisor_id": advisor,
            "discipline": "0812",
            "arrangement": "full_time",
            "doctorate": "held",
            "doctorate_on": "2026-06-30",
        }
        return await enterprise.send("POST", "/v1/fellows", json=body)

    link = (await proposed(enterprise, station, mobile)).json()
    refused = await apply()
    assert (refused.status_code, refused.json()["code"]) == (409, "not-recruiting-jointly")
    path = f"/v1/stations/{mobile}/links/{link['id']}/confirmation"
    await university.send("POST", path, version=1)
    taken = await apply()
    assert (taken.status_code, taken.json()["joint_station_id"]) == (201, str(mobile))
