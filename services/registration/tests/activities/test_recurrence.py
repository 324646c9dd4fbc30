"""Sessions that recur: written out by the clock of Shanghai, and never without an end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError
from talent_registration.activities.recurrence import Repeats, occurrences

from ..world import at, content, ticket, words

TUESDAY = datetime(2026, 9, 15, 11, 30, tzinfo=UTC)
"""At half past seven in the evening in Shanghai."""


def days(first=TUESDAY, **rule):
    return [each.date().isoformat()[5:] for each in occurrences(first, Repeats(**rule))]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"every": "day", "times": 3}, ["09-15", "09-16", "09-17"]),
        ({"every": "day", "interval": 12, "times": 2}, ["09-15", "09-27"]),
        ({"every": "week", "times": 3}, ["09-15", "09-22", "09-29"]),
        ({"every": "week", "on": ["th", "tu"], "times": 3}, ["09-15", "09-17", "09-22"]),
        ({"every": "week", "until": date(2026, 9, 28)}, ["09-15", "09-22"]),
        ({"every": "week", "until": date(2026, 9, 29)}, ["09-15", "09-22", "09-29"]),
        ({"every": "month", "times": 2}, ["09-15", "10-15"]),
        (
            {"every": "week", "times": 4, "without": [date(2026, 9, 29)]},
            ["09-15", "09-22", "10-06"],
        ),
    ],
)
def test_a_rule_written_out(rule, expected):
    assert days(**rule) == expected


def test_a_month_without_that_day_has_none():
    last = datetime(2026, 8, 31, 1, tzinfo=UTC)
    assert days(last, every="month", times=3) == ["08-31", "10-31", "12-31"]


def test_days_are_those_of_shanghai():
    late = datetime(2026, 9, 14, 17, tzinfo=UTC)
    assert days(late, every="week", on=["tu"], times=2) == ["09-15", "09-22"]
    first = occurrences(late, Repeats(every="day", times=2))[0]
    assert (first, first.utcoffset()) == (late, timedelta(hours=8))


@pytest.mark.parametrize(
    "rule",
    [
        {"every": "day"},
        {"every": "day", "times": 2, "until": date(2026, 9, 20)},
        {"every": "day", "times": 1},
        {"every": "day", "times": 101},
        {"every": "day", "times": 2, "interval": 0},
        {"every": "day", "times": 2, "interval": 13},
        {"every": "day", "times": 2, "on": ["tu"]},
        {"every": "minute", "times": 2},
    ],
)
def test_what_is_no_rule(rule):
    with pytest.raises(ValidationError):
        Repeats(**rule)


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        ({"every": "day", "times": 100}, 100),
        ({"every": "day", "until": date(2026, 12, 23)}, 100),
        ({"every": "day", "until": date(2026, 12, 24)}, None),
        ({"every": "week", "on": ["we"], "times": 2}, None),
        ({"every": "month", "interval": 12, "times": 3}, 3),
        ({"every": "month", "interval": 12, "times": 4}, None),
        ({"every": "month", "interval": 12, "until": date(2029, 9, 15)}, None),
        ({"every": "day", "until": date(2026, 9, 14)}, None),
        ({"every": "day", "until": date(2026, 9, 15), "without": [date(2026, 9, 15)]}, None),
    ],
)
def test_how_often_and_how_long(rule, number):
    if number is None:
        with pytest.raises(PydanticCustomError):
            occurrences(TUESDAY, Repeats(**rule))
    else:
        assert len(occurrences(TUESDAY, Repeats(**rule))) == number


def course(**more):
    return {
        "name": "evening",
        "starts_at": at(14),
        "ends_at": at(14.1),
        "place": words("hall"),
        "repeats": {"every": "week", "times": 3},
    } | more


async def test_tickets_admit_to_all_of_them(world):
    single = content()["meetings"][0] | {"name": "exam", "starts_at": at(40), "ends_at": at(41)}
    tickets = [
        ticket("course", meetings=["evening", "exam"]),
        ticket("exam", meetings=["exam"]),
    ]
    activity = await world.published(meetings=[course(), single], tickets=tickets)
    names = ["evening-1", "evening-2", "evening-3", "exam"]
    assert sorted(each["name"] for each in activity["meetings"]) == names
    by_name = {each["name"]: each["meetings"] for each in activity["tickets"]}
    assert (sorted(by_name["course"]), by_name["exam"]) == (names, ["exam"])
    starts = {each["name"]: each["starts_at"] for each in activity["meetings"]}
    apart = datetime.fromisoformat(starts["evening-2"]) - datetime.fromisoformat(
        starts["evening-1"]
    )
    assert apart == timedelta(days=7)
    path = f"/v1/activities/{activity['id']}/calendar"
    assert (await world.send("GET", path)).text.count("BEGIN:VEVENT") == 4


@pytest.mark.parametrize(
    ("meetings", "status"),
    [
        ([course(name="e" * 38)], 201),
        ([course(name="e" * 39)], 422),
        ([course(repeats={"every": "day", "times": 100})], 201),
        ([course(), course(name="b", repeats={"every": "day", "times": 97})], 201),
        ([course(), course(name="b", repeats={"every": "day", "times": 98})], 422),
        ([course(), course(name="evening-2", repeats=None)], 422),
        ([course(), course()], 422),
    ],
)
async def test_what_a_document_may_hold(world, meetings, status):
    body = content(meetings=meetings, tickets=[ticket(meetings=[meetings[0]["name"]])])
    answer = await world.send("POST", "/v1/activities", world.organiser(), json=body)
    assert answer.status_code == status, answer.text
