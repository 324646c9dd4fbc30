"""What was found bad is followed up by the organiser, within fifteen working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from talent_kit.auth import Role

from ..door import Door
from .test_ratings import attended, rate

DUE = date(2026, 10, 12)
"""Fifteen working days after 15 September 2026: the long holiday and its make-up days between."""


@pytest.fixture
async def door(world):
    return await Door.opened(world)


async def listed(door, who=None):
    answer = await door.world.send("GET", "/v1/rating-follow-ups", who or door.world.organiser())
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def rated(door, *grades):
    for talent, grade in zip(await attended(door, len(grades)), grades, strict=True):
        assert (await rate(door, talent, grade)).status_code == 200


async def noted(door, row, who=None, note="a larger hall", version=None):
    path = f"/v1/rating-follow-ups/{row['id']}"
    who = who or door.world.organiser()
    body = {"note": note}
    return await door.world.send("PUT", path, who, json=body, version=version or row["version"])


@pytest.mark.parametrize(
    ("grades", "low"),
    [((3, 3, 4, 5, 5), 0), ((2, 3, 3, 3, 3), 1), ((1, 2, 5, 5, 5), 2), ((1, 1, 1, 1), 0)],
)
async def test_a_step_with_grades_below_three_is_followed_up(door, grades, low):
    await rated(door, *grades)
    rows = await listed(door)
    assert [row["low"] for row in rows] == ([low] if low else [])


async def test_each_bad_rating_is_in_one_follow_up(door):
    await rated(door, 1, 5, 5, 5, 5, *(5, 5, 5, 5, 5), *(2, 2, 5, 5, 5))
    assert [row["low"] for row in await listed(door)] == [2, 1]


async def test_it_is_due_after_fifteen_working_days(door):
    await rated(door, 1, 5, 5, 5, 5)
    (row,) = await listed(door)
    assert (row["opened_on"], row["due_on"]) == ("2026-09-15", str(DUE))
    midnight = datetime(DUE.year, DUE.month, DUE.day, tzinfo=UTC) + timedelta(hours=16)
    for seconds, overdue in ((-1, False), (0, True)):
        door.world.running.clock.set(midnight + timedelta(seconds=seconds))
        (row,) = await listed(door)
        assert row["overdue"] is overdue
    done = (await noted(door, row)).json()
    assert (done["overdue"], done["note"], done["version"]) == (False, "a larger hall", 2)


async def test_it_is_done_once_and_by_the_organiser_alone(door):
    await rated(door, 1, 5, 5, 5, 5)
    (row,) = await listed(door)
    other = await noted(door, row, door.world.organiser("organiser-2"))
    assert other.json()["code"] == "follow-up-not-found"
    assert (await noted(door, row, version=9)).status_code == 412
    assert (await noted(door, row)).status_code == 200
    assert (await noted(door, row, version=2)).json()["code"] == "followed-up"
    acts = await door.world.rows("SELECT actor FROM audit WHERE action = 'rating.followed-up'")
    assert [act.actor for act in acts] == ["organiser-1"]


@pytest.mark.parametrize(("length", "status"), [(0, 422), (1, 200), (1000, 200), (1001, 422)])
async def test_how_long_a_note_may_be(door, length, status):
    await rated(door, 1, 5, 5, 5, 5)
    (row,) = await listed(door)
    assert (await noted(door, row, note="x" * length)).status_code == status


async def test_the_office_of_the_region_sees_them(door):
    await rated(door, 1, 5, 5, 5, 5)
    world = door.world
    assert len(await listed(door, world.reviewer())) == 1
    auditor = world.running.issuer.headers("auditor-1", Role.AUDITOR, region="350700")
    assert len(await listed(door, auditor)) == 1
    for who in (world.organiser("organiser-2"), world.reviewer(region="330800")):
        assert await listed(door, who) == []
