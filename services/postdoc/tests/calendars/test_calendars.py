"""Calendars of fellows and stations: read back by a program for calendars, and feeds that end."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from talent_postdoc.deadlines.kinds import KINDS, called

from ..deadlines.given import deadline, save

FEEDS = "/v1/deadlines/feeds"
DUE = date(2026, 12, 1)


async def events(world, path, language="en"):
    answer = await world.send("GET", path, {"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).events


async def test_a_fellow_and_a_station_see_what_is_to_be_done(world):
    fellow, unit = await world.talent(), await world.unit()
    station = await world.station(unit)
    await save(
        world,
        deadline(DUE, talent_id=fellow.id, station_id=station),
        deadline(DUE + timedelta(days=9), station_id=station, kind="opening_report:2"),
        deadline(DUE, talent_id=fellow.id, station_id=station, met_on=DUE),
        deadline(DUE),
    )
    own = (await fellow.send("POST", FEEDS, json={})).json()["path"]
    [midterm] = await events(world, own)
    assert (midterm.start, midterm.end) == (DUE, DUE + timedelta(days=1))
    assert str(midterm["SUMMARY"]) == "Mid-term review"
    body = {"station_id": str(station)}
    of_station = (await unit.send("POST", FEEDS, json=body)).json()["path"]
    first, second = await events(world, of_station, "zh")
    assert (first["UID"], str(second["SUMMARY"])) == (midterm["UID"], "开题报告（第2次）")
    contents = [(await world.send("GET", own)).content for _ in range(2)]
    assert contents[0] == contents[1]


async def test_a_new_address_ends_the_former_and_a_removed_one_leads_nowhere(world):
    unit = await world.unit()
    body = {"station_id": str(await world.station(unit))}
    first = (await unit.send("POST", FEEDS, json=body)).json()["path"]
    second = (await unit.send("POST", FEEDS, json=body)).json()["path"]
    answer = await world.send("GET", first)
    assert (answer.status_code, answer.json()["code"]) == (404, "feed-not-found")
    assert await events(world, second) == []
    listed = (await unit.send("GET", FEEDS)).json()
    assert [each["station_id"] for each in listed] == [body["station_id"]]
    assert "path" not in listed[0]
    assert (
        await unit.send("DELETE", f"{FEEDS}?station_id={body['station_id']}")
    ).status_code == 204
    assert (await world.send("GET", second)).status_code == 404
    assert (await unit.send("GET", FEEDS)).json() == []


async def test_nobody_makes_a_feed_of_another_s_station(world):
    unit, other = await world.unit(), await world.unit()
    body = {"station_id": str(await world.station(unit))}
    answer = await other.send("POST", FEEDS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "station-not-found")
    fellow = await world.talent()
    answer = await fellow.send("POST", FEEDS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-an-agent")
    assert (await unit.send("POST", FEEDS, json={})).json()["code"] == "not-registered"


@pytest.mark.parametrize("kind", [*KINDS, "review_check", "review_check:2", "of_tomorrow"])
def test_every_kind_has_words(kind):
    assert called(kind).zh
    assert called(kind).en
