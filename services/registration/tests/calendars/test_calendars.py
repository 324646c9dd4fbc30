"""Calendars: read back by a program for calendars, and feeds that end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from talent_registration.calendars.files import Entry, session_file

from ..world import DAY, NOON, at, ticket, words

MEETINGS = [
    {
        "name": "night",
        "starts_at": at(14.4),
        "ends_at": at(14.6),
        "place": words("hall"),
        "at": {"latitude": 26.6417, "longitude": 118.1777},
    },
    {"name": "online", "starts_at": at(15), "ends_at": at(15.1), "place": words("online")},
]
TICKETS = [ticket("all", meetings=["night", "online"]), ticket("online", meetings=["online"])]


async def events(world, path, who=None, language="en"):
    answer = await world.send("GET", path, (who or {}) | {"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).events


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=200)


@given(texts, texts, texts)
def test_any_text_comes_back_as_it_was(title, about, place):
    about = f"{about}\nBEGIN:VEVENT\r\nX"
    entry = Entry(
        meeting_id=uuid4(),
        title=title,
        about=about,
        place=place,
        at=None,
        starts_at=NOON,
        ends_at=NOON + DAY,
        changed_at=NOON,
        cancelled=False,
        version=1,
    )
    content = session_file([entry], "name")
    assert content == session_file([entry], "name")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = Calendar.from_ical(content).events
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (title, place)
    assert str(event["DESCRIPTION"]) == about.replace("\r\n", "\n")


async def test_of_an_activity(world):
    activity = await world.published(meetings=MEETINGS, tickets=TICKETS)
    path = f"/v1/activities/{activity['id']}/calendar"
    night, online = await events(world, path)
    assert (str(night["SUMMARY"]), str(night["LOCATION"])) == ("fair", "hall")
    assert night.start == NOON + 14.4 * DAY
    assert night.end - night.start == timedelta(days=0.2)
    assert night["GEO"].to_ical() == "26.6417;118.1777"
    assert "GEO" not in online
    (zh, _) = await events(world, path, language="zh-CN")
    assert str(zh["SUMMARY"]) == "fair（中文）"
    await world.act(await world.shown(activity), "cancellation", world.organiser())
    again, _ = await events(world, path)
    assert (again["UID"], again["STATUS"]) == (night["UID"], "CANCELLED")
    assert again["SEQUENCE"] > night["SEQUENCE"]
    draft = await world.draft()
    hidden = await world.send("GET", f"/v1/activities/{draft['id']}/calendar")
    assert hidden.json()["code"] == "activity-not-found"


async def test_of_the_caller_what_they_have_a_seat_for(world):
    first = await world.published(meetings=MEETINGS, tickets=TICKETS)
    full = await world.published(quotas=[{"name": "hall", "label": words("hall"), "capacity": 0}])
    person, other = await world.talents(2)
    await person.seat(first, 1)
    await other.seat(first, 0)
    assert await person.seat(full) == "waiting"
    own = await events(world, "/v1/registrations/calendar", person.headers)
    assert [str(each["LOCATION"]) for each in own] == ["online"]
    both = await events(world, "/v1/registrations/calendar", other.headers)
    assert len(both) == 2
    # Once in a calendar, from whichever file it came.
    (_, public) = await events(world, f"/v1/activities/{first['id']}/calendar")
    assert public["UID"] == own[0]["UID"]


async def test_a_feed_is_an_address_without_a_name_until_it_is_removed(world):
    activity, person = await world.published(), await world.talent()
    await person.seat(activity)
    made = (await world.send("POST", "/v1/calendar-feeds", person.headers)).json()
    secret = made["path"].rpartition("/")[2]
    assert person.login not in made["path"]
    assert secret not in await world.running.stored()
    assert len(await events(world, made["path"])) == 1
    await person.cancel(activity)
    assert await events(world, made["path"]) == []
    shown = await world.send("GET", "/v1/calendar-feeds/me", person.headers)
    assert shown.json() == {"made_at": made["made_at"]}
    anew = (await world.send("POST", "/v1/calendar-feeds", person.headers)).json()
    assert (await world.send("GET", made["path"])).json()["code"] == "feed-not-found"
    assert await events(world, anew["path"]) == []
    removed = await world.send("DELETE", "/v1/calendar-feeds/me", person.headers)
    assert removed.status_code == 204
    assert (await world.send("GET", anew["path"])).status_code == 404
    assert (await world.send("GET", "/v1/calendar-feeds/me", person.headers)).status_code == 404


@pytest.mark.parametrize(
    ("secret", "status"),
    [("x" * 42, 422), ("x" * 43, 404), ("x" * 44, 422), ("%E6%9E%97" + "x" * 42, 422)],
)
async def test_addresses_that_are_none(world, secret, status):
    assert (await world.send("GET", f"/v1/calendars/{secret}")).status_code == status


async def test_of_who_was_erased_no_feed_is_left(world):
    person = await world.talent()
    made = (await world.send("POST", "/v1/calendar-feeds", person.headers)).json()
    await person.erase()
    assert (await world.send("GET", made["path"])).json()["code"] == "feed-not-found"
    assert await world.rows("SELECT 1 FROM calendar_feed UNION SELECT 1 FROM idempotency") == []
