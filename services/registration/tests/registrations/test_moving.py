"""Moving to another ticket: the old seat is kept until there is a new one."""

import asyncio

import pytest

from ..world import DAY, NOON, ticket, words


def two(hall=4, a=2, b=2, **more):
    """Two sessions in a hall, each with seats of its own."""
    seats = {"hall": hall, "a": a, "b": b}
    return {
        "quotas": [
            {"name": name, "label": words(name), "capacity": number}
            for name, number in seats.items()
        ],
        "tickets": [ticket("a", quotas=["hall", "a"]), ticket("b", quotas=["hall", "b"])],
    } | more


async def test_who_moves_takes_the_new_seat_and_leaves_the_old_to_who_waits(world):
    activity, people = await world.published(**two(hall=2)), await world.talents(4)
    assert [await each.seat(activity, 0) for each in people[:3]] == ["confirmed"] * 2 + ["waiting"]
    # The hall is full, but of the mover's own seat there.
    answer = await people[0].claim(activity, 1, move=True)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert answer.json()["ticket_id"] == activity["tickets"][1]["id"]
    assert await world.taken(activity) == {"hall": 2, "a": 1, "b": 1}
    assert await people[0].seat(activity, 1, move=True) == "confirmed"
    other = await people[0].claim(activity, 0)
    assert other.json()["code"] == "registered-otherwise"


async def test_what_is_left_goes_to_who_waits_for_it(world):
    activity, people = await world.published(**two(a=1)), await world.talents(2)
    assert [await each.seat(activity, 0) for each in people] == ["confirmed", "waiting"]
    assert await people[0].seat(activity, 1, move=True) == "confirmed"
    assert await people[1].state(activity) == "offered"
    assert await world.taken(activity) == {"hall": 2, "a": 1, "b": 1}


async def test_where_there_is_no_seat_the_old_one_is_kept(world):
    activity, people = await world.published(**two(b=1)), await world.talents(2)
    await people[0].seat(activity, 0)
    await people[1].seat(activity, 1)
    answer = await people[0].claim(activity, 1, move=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "sold-out")
    assert await people[0].seat(activity, 0) == "confirmed"
    assert await world.taken(activity) == {"hall": 2, "a": 1, "b": 1}


async def test_two_who_change_places_at_once(world):
    activity, people = await world.published(**two(a=3, b=3, hall=4)), await world.talents(4)
    for number, person in enumerate(people):
        await person.seat(activity, number % 2)
    await asyncio.gather(
        *(each.claim(activity, 1 - n % 2, move=True) for n, each in enumerate(people))
    )
    assert await world.taken(activity) == {"hall": 4, "a": 2, "b": 2}


@pytest.mark.parametrize(("days", "status"), [(9.999, 200), (9.9991, 409)])
async def test_as_long_as_a_seat_can_be_given_back(world, days, status):
    until = (NOON + 9.999 * DAY).isoformat()
    activity = await world.published(**two(cancel_until=until))
    person = await world.talent()
    await person.seat(activity, 0)
    world.running.clock.set(NOON + days * DAY)
    answer = await person.claim(activity, 1, move=True)
    assert answer.status_code == status


async def test_the_new_ticket_admits_asks_and_needs_approval_as_ever(world):
    tickets = [
        ticket("a"),
        ticket("b", admission="code"),
        ticket("c", approval=True),
        ticket("d", regions=["330800"]),
        ticket("e"),
    ]
    question = {"name": "why", "label": words("why"), "kind": "text", "tickets": ["e"]}
    activity = await world.published(tickets=tickets, questions=[question | {"required": True}])
    person = await world.talent()
    await person.seat(activity, 0)

    async def move(to, **more):
        return (await person.claim(activity, to, move=True, **more)).json().get("code")

    assert await move(1) == "code-required"
    assert await move(1, code="guess") == "wrong-code"
    assert (await world.rows("SELECT tries FROM code_tries"))[0].tries == 1
    assert await move(2) == "approval-needed"
    assert await move(3) == "not-admitted"
    assert await move(4) == "answers-wrong"
    assert await move(4, answers={"why": "new"}) is None
    own = await world.send("GET", f"{person.path(activity)}/answers", person.headers)
    assert own.json()["answers"] == {"why": "new"}
    await world.set_code(activity, "maple-2026", 1)
    assert await move(1, code="maple-2026") is None
    assert await world.taken(activity) == {"hall": 1}


async def test_who_waits_has_nothing_to_move(world):
    activity, people = await world.published(**two(a=1)), await world.talents(2)
    for person in people:
        await person.seat(activity, 0)
    answer = await people[1].claim(activity, 1, move=True)
    assert answer.json()["code"] == "registered-otherwise"


async def test_who_waits_is_served_by_the_rank_of_their_region(world):
    activity = await world.published(priority=["350702", "350700"])
    seated = await world.talents(3)
    regions = ("330800", "350783", "350702", "350702")
    waiting = [await world.talent(region) for region in regions]
    for person in [*seated, *waiting]:
        await person.seat(activity)
    ahead = []
    for person in waiting:
        shown = await world.send("GET", person.path(activity), person.headers)
        ahead.append(shown.json()["ahead"])
    assert ahead == [3, 2, 0, 1]
    for person, expected in zip(seated, (2, 3, 1), strict=True):
        await person.cancel(activity)
        assert await waiting[expected].state(activity) == "offered"
