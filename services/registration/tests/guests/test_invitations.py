"""Invitations: each admits one person once, to a seat that is kept where it has one."""

import asyncio

import pytest
from talent_code import new_number

from ..door import Code, Door
from ..world import at, ticket

BY_INVITATION = [ticket(admission="invitation", invited=True)]


async def codes(world, activity, number=1, **more):
    answer = await world.post(activity, "invitations", number=number, **more)
    assert answer.status_code == 201, answer.text
    return [each["code"] for each in answer.json()["items"]]


async def listed(world, activity):
    path = f"/v1/activities/{activity['id']}/invitations"
    return (await world.send("GET", path, world.organiser())).json()["items"]


async def test_it_admits_one_person_once(world):
    activity = await world.published(tickets=BY_INVITATION)
    (code,) = await codes(world, activity)
    guest, other = await world.talents(2)
    assert (await guest.claim(activity)).json()["code"] == "code-required"
    typed = code.lower().replace("-", " ")
    assert await guest.seat(activity, code=typed) == "confirmed"
    assert await guest.seat(activity) == "confirmed"
    answer = await other.claim(activity, code=code)
    assert (answer.status_code, answer.json()["code"]) == (409, "invitation-used")
    (shown,) = await listed(world, activity)
    assert shown["status"] == "used"
    assert "code" not in shown
    assert code.replace("-", "").lower() not in await world.running.stored()


async def test_of_many_who_come_with_one_at_once_one_is_admitted(world):
    activity = await world.published(tickets=BY_INVITATION)
    (code,) = await codes(world, activity)
    people = await world.talents(8)
    answers = await asyncio.gather(*(each.claim(activity, code=code) for each in people))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert await world.taken(activity) == {"hall": 1}


async def test_it_takes_a_seat_of_its_hold_then_one_of_the_others(world):
    activity = await world.published()
    held = (await world.post(activity, "holds", name="press", seats=1)).json()
    first, second, third = await codes(world, activity, 3, hold_id=held["id"])
    people = await world.talents(5)
    assert [await each.seat(activity) for each in people[:3]] == ["confirmed"] * 2 + ["waiting"]
    assert await people[3].seat(activity, code=first) == "confirmed"
    assert await people[4].seat(activity, code=second) == "waiting"
    assert await world.taken(activity) == {"hall": 3}
    await people[3].cancel(activity)
    # What a guest gives back goes to who waits, as any seat.
    assert await people[2].state(activity) == "offered"
    assert (await people[3].claim(activity, code=first)).json()["code"] == "invitation-used"
    assert await people[3].seat(activity, code=third) == "waiting"


async def test_none_is_spent_where_there_is_no_seat(world):
    activity = await world.published(waiting_list=False, tickets=BY_INVITATION)
    await world.post(activity, "holds", name="press", seats=3)
    (code,) = await codes(world, activity)
    guest = await world.talent()
    assert (await guest.claim(activity, code=code)).json()["code"] == "sold-out"
    assert [each["status"] for each in await listed(world, activity)] == ["open"]


async def test_until_its_end_and_unless_revoked(world):
    activity = await world.published(tickets=BY_INVITATION)
    revoked, ending = await codes(world, activity), await codes(world, activity, until=at(1))
    newest, oldest = await listed(world, activity)
    path = f"/v1/activities/{activity['id']}/invitations/{oldest['id']}"
    answer = await world.send("DELETE", path, world.organiser())
    assert answer.json()["status"] == "revoked"
    guests = await world.talents(2)
    assert (await guests[0].claim(activity, code=revoked[0])).json()["code"] == "wrong-code"
    world.later(days=1)
    assert (await guests[0].claim(activity, code=ending[0])).json()["code"] == "wrong-code"
    world.later(microseconds=-1)
    assert await guests[0].seat(activity, code=ending[0]) == "confirmed"
    used = await world.send(
        "DELETE", f"/v1/activities/{activity['id']}/invitations/{newest['id']}", world.organiser()
    )
    assert used.json()["code"] == "invitation-used"


async def test_for_one_ticket_of_one_activity(world):
    two = [ticket("a", admission="invitation"), ticket("b", admission="invitation")]
    activity, other = await world.published(tickets=two), await world.published(tickets=two)
    (code,) = await codes(world, activity)
    guest = await world.talent()
    assert (await guest.claim(activity, 1, code=code)).json()["code"] == "wrong-code"
    assert (await guest.claim(other, code=code)).json()["code"] == "wrong-code"
    assert await guest.seat(activity, code=code) == "confirmed"
    held = (await world.post(other, "holds", name="press", seats=1)).json()
    alien = await world.post(activity, "invitations", number=1, hold_id=held["id"])
    assert (alien.status_code, alien.json()["code"]) == (404, "hold-not-found")


@pytest.mark.parametrize(("number", "status"), [(0, 422), (1, 201), (500, 201), (501, 422)])
async def test_how_many_at_a_time(world, number, status):
    activity = await world.published()
    answer = await world.post(activity, "invitations", number=number)
    assert answer.status_code == status
    if status == 201:
        assert len({each["code"] for each in answer.json()["items"]}) == number


async def name(world, activity, *numbers, **more):
    return await world.post(activity, "invitations", talent_codes=[*numbers], **more)


async def test_a_guest_who_is_named_needs_no_code(world):
    activity = await world.published(tickets=BY_INVITATION)
    guest, other = await world.talents(2)
    door = Door(world)
    code = await door.issue(guest.talent_id)
    nobody = new_number()
    answer = await name(world, activity, code.number.lower(), nobody)
    assert [each["code"] for each in answer.json()["items"]] == [None, None]
    assert (await other.claim(activity)).json()["code"] == "code-required"
    assert await guest.seat(activity) == "confirmed"
    # They are invited, however often they come; and nobody twice.
    await guest.cancel(activity)
    assert await guest.seat(activity) == "confirmed"
    again = await name(world, activity, code.number)
    assert (again.status_code, again.json()["items"]) == (201, [])
    assert code.number not in await world.running.stored()
    assert {each["named"] for each in await listed(world, activity)} == {True}


async def test_who_is_invited_before_their_code_is_heard_of(world):
    activity = await world.published(tickets=BY_INVITATION)
    guest, code = await world.talent(), Code(1)
    await name(world, activity, code.number)
    assert (await guest.claim(activity)).json()["code"] == "code-required"
    await Door(world).issue(guest.talent_id, code=code)
    assert await guest.seat(activity) == "confirmed"


async def test_a_named_guest_has_a_held_seat_and_needs_no_approval(world):
    activity = await world.published(tickets=[ticket(approval=True)])
    held = (await world.post(activity, "holds", name="press", seats=3)).json()
    guest = await world.talent()
    code = await Door(world).issue(guest.talent_id)
    await name(world, activity, code.number, hold_id=held["id"])
    assert await guest.seat(activity) == "confirmed"
    assert await world.taken(activity) == {"hall": 3}


async def test_a_named_invitation_ends_when_revoked_or_its_talent_erased(world):
    activity = await world.published(tickets=BY_INVITATION)
    people = await world.talents(2)
    numbers = [(await Door(world).issue(each.talent_id)).number for each in people]
    await name(world, activity, *numbers)
    (revoked, _) = (await listed(world, activity))[::-1]
    path = f"/v1/activities/{activity['id']}/invitations/{revoked['id']}"
    await world.send("DELETE", path, world.organiser())
    assert (await people[0].claim(activity)).json()["code"] == "code-required"
    assert await people[1].seat(activity) == "confirmed"
    await people[1].erase()
    assert [each["id"] for each in await listed(world, activity)] == [revoked["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"number": 1, "talent_codes": ["x"]}, 422),
        ({"talent_codes": []}, 422),
        ({"talent_codes": ["not a number"]}, 422),
        ({"talent_codes": [new_number() for _ in range(500)]}, 201),
        ({"talent_codes": [new_number() for _ in range(501)]}, 422),
    ],
    ids=["neither", "both", "none", "wrong", "most", "too many"],
)
async def test_numbers_that_can_be_named(world, body, status):
    answer = await world.post(await world.published(), "invitations", **body)
    assert answer.status_code == status
    assert "not a number" not in answer.text
