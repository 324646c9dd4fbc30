"""Seats set aside for guests: nobody else's, and given back to who waits."""

import asyncio

import pytest

from ..world import at, ticket


async def hold(world, activity, **body):
    return await world.post(activity, "holds", **{"name": "press", **body})


async def change(world, activity, made, seats, version=None, **body):
    path = f"/v1/activities/{activity['id']}/holds/{made['id']}"
    version = made["version"] if version is None else version
    given = {"seats": seats, **body}
    return await world.send("PUT", path, world.organiser(), json=given, version=version)


@pytest.mark.parametrize(("seats", "status"), [(2, 201), (3, 201), (4, 409)])
async def test_no_more_than_are_left(world, seats, status):
    activity = await world.published()
    answer = await hold(world, activity, seats=seats)
    assert answer.status_code == status
    if status == 409:
        assert answer.json() | {"code": "not-enough-seats", "left": 3} == answer.json()
    assert await world.taken(activity) == {"hall": seats if status == 201 else 0}


@pytest.mark.parametrize(("seats", "status"), [(0, 422), (1, 201), (1_000_001, 422)])
async def test_how_many_a_hold_may_keep(world, seats, status):
    assert (await hold(world, await world.published(), seats=seats)).status_code == status


async def test_what_is_held_is_nobody_elses_until_it_is_released(world):
    activity = await world.published()
    made = (await hold(world, activity, seats=2)).json()
    people = await world.talents(3)
    assert [await each.seat(activity) for each in people] == ["confirmed", "waiting", "waiting"]
    answer = await change(world, activity, made, 1)
    assert (answer.status_code, answer.json()["seats"], answer.json()["version"]) == (200, 1, 2)
    assert [await each.state(activity) for each in people[1:]] == ["offered", "waiting"]
    stale = await change(world, activity, made, 0)
    assert stale.json()["code"] == "version-changed"
    await change(world, activity, made, 0, version=2)
    assert await people[2].state(activity) == "offered"
    more = await change(world, activity, made, 1, version=3)
    assert more.json()["code"] == "not-enough-seats"
    assert await world.taken(activity) == {"hall": 3}


async def test_at_its_instant_it_ends_by_itself(world):
    activity = await world.published()
    made = (await hold(world, activity, seats=3, until=at(1))).json()
    person = await world.talent()
    assert await person.seat(activity) == "waiting"
    world.later(days=1, microseconds=-1)
    await world.running.settle()
    assert await person.state(activity) == "waiting"
    world.later(microseconds=1)
    await world.running.settle()
    assert await person.state(activity) == "offered"
    assert await world.taken(activity) == {"hall": 1}
    path = f"/v1/activities/{activity['id']}/holds"
    (shown,) = (await world.send("GET", path, world.organiser())).json()["items"]
    assert (shown["id"], shown["seats"], shown["until"]) == (made["id"], 0, None)


async def test_an_end_that_was_moved_does_not_come_before(world):
    activity = await world.published()
    made = (await hold(world, activity, seats=3, until=at(1))).json()
    await change(world, activity, made, 3, until=at(2))
    world.later(days=1)
    await world.running.settle()
    assert await world.taken(activity) == {"hall": 3}


async def test_claims_and_holds_at_once_never_take_more_than_there_are(world):
    activity = await world.published()
    people = await world.talents(10)
    answers = await asyncio.gather(
        *(each.claim(activity) for each in people),
        *(hold(world, activity, seats=1) for _ in range(4)),
    )
    held = sum(answer.status_code == 201 for answer in answers)
    seated = sum(answer.json().get("status") == "confirmed" for answer in answers)
    assert held + seated == 3
    assert await world.taken(activity) == {"hall": 3}


async def test_what_is_not_there_and_not_possible(world):
    activity, other = await world.published(), await world.published()
    made = (await hold(world, other, seats=1)).json()
    assert (await change(world, activity, made, 0)).json()["code"] == "hold-not-found"
    alien = await hold(world, activity, seats=1, ticket_id=other["tickets"][0]["id"])
    assert alien.json()["code"] == "ticket-not-found"
    draft = await world.draft(tickets=[ticket()])
    assert (await hold(world, draft, seats=1)).json()["code"] == "activity-state"


@pytest.mark.parametrize(("before", "status"), [(1, 201), (2, 409)])
async def test_how_many_holds_there_may_be(world, monkeypatch, before, status):
    monkeypatch.setattr("talent_registration.guests.service.MOST_HOLDS", 2)
    activity = await world.published()
    for _ in range(before):
        await hold(world, activity, seats=1)
    assert (await hold(world, activity, seats=1)).status_code == status
