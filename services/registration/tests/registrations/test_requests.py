"""Where the organiser decides: requests hold no seat, approvals take one in their order."""

import asyncio

import pytest

from ..world import ticket

ASKING = [ticket(approval=True)]


async def decide(world, activity, people, decision="approve", **more):
    ids = [await person.registration(activity) for person in people]
    return await post(world, activity, ids, decision, **more)


async def post(world, activity, ids, decision="approve", **more):
    if decision == "refuse":
        more.setdefault("reason", "not-in-audience")
    path = f"/v1/activities/{activity['id']}/decisions"
    body = {"registration_ids": ids, "decision": decision, **more}
    return await world.send("POST", path, world.organiser(), json=body)


def said(answer):
    assert answer.status_code == 200, answer.text
    return [each["code"] or each["status"] for each in answer.json()["items"]]


async def test_a_request_holds_no_seat_and_an_approval_takes_one(world):
    activity, people = await world.published(tickets=ASKING), await world.talents(4)
    assert [await each.seat(activity) for each in people] == ["requested"] * 4
    assert await people[0].seat(activity) == "requested"
    assert await world.taken(activity) == {"hall": 0}
    # In the order of the requests, however they are listed.
    assert said(await decide(world, activity, people[::-1])) == ["waiting"] + ["confirmed"] * 3
    assert await world.taken(activity) == {"hall": 3}
    assert said(await decide(world, activity, people[:1])) == ["not-requested"]
    await people[0].cancel(activity)
    assert await people[3].state(activity) == "offered"


async def test_who_asked_first_is_served_first_however_late_it_is_decided(world):
    activity, people = await world.published(tickets=ASKING), await world.talents(6)
    for person in people:
        await person.seat(activity)
    await decide(world, activity, people[1:4])
    await decide(world, activity, [people[5]])
    await decide(world, activity, [people[4], people[0]])
    for number, expected in ((1, 0), (2, 4), (3, 5)):
        await people[number].cancel(activity)
        assert await people[expected].state(activity) == "offered"


async def test_who_is_refused_is_told_why_and_does_not_come_again(world):
    two = [ticket(approval=True), ticket("press")]
    activity, person = await world.published(tickets=two), await world.talent()
    await person.seat(activity)
    assert said(await decide(world, activity, [person], "refuse")) == ["refused"]
    (own,) = (await world.send("GET", "/v1/registrations", person.headers)).json()["items"]
    assert (own["status"], own["reason"]) == ("refused", "not-in-audience")
    again = await person.claim(activity)
    assert (again.status_code, again.json()["code"]) == (403, "registration-refused")
    assert await person.seat(activity, 1) == "confirmed"


async def test_an_invitation_needs_no_approval(world):
    activity, person = await world.published(tickets=ASKING), await world.talent()
    made = (await world.post(activity, "invitations", number=1)).json()
    assert await person.seat(activity, code=made["items"][0]["code"]) == "confirmed"


async def test_without_a_waiting_list_who_finds_no_seat_stays_requested(world):
    activity = await world.published(tickets=ASKING, waiting_list=False)
    people = await world.talents(4)
    for person in people:
        await person.seat(activity)
    assert said(await decide(world, activity, people)) == ["confirmed"] * 3 + ["sold-out"]
    assert await people[3].state(activity) == "requested"


async def test_decisions_and_claims_at_once_never_seat_too_many(world):
    two = [ticket(approval=True), ticket("open")]
    activity, people = await world.published(tickets=two), await world.talents(12)
    for person in people[:6]:
        await person.seat(activity)
    await asyncio.gather(
        *(decide(world, activity, [person]) for person in people[:6]),
        *(person.claim(activity, 1) for person in people[6:]),
    )
    states = [await person.state(activity) for person in people]
    assert states.count("confirmed") == 3
    assert states.count("waiting") == 9


async def test_what_cannot_be_decided(world):
    activity, other = await world.published(tickets=ASKING), await world.published(tickets=ASKING)
    person = await world.talent()
    await person.seat(other)
    alien = await person.registration(other)
    assert said(await post(world, activity, [alien])) == ["registration-not-found"]
    assert (await post(world, activity, [alien, alien])).status_code == 422
    assert (await post(world, activity, [alien], reason="other")).status_code == 422
    unreasoned = await post(world, activity, [alien], "refuse", reason=None)
    assert unreasoned.status_code == 422
    await world.act(await world.shown(other), "cancellation", world.organiser())
    assert (await post(world, other, [alien])).json()["code"] == "activity-state"
    await world.running.settle()
    assert await person.state(other) == "registration-not-found"


@pytest.mark.parametrize(("number", "status"), [(0, 422), (200, 200), (201, 422)])
async def test_how_many_at_a_time(world, number, status):
    activity = await world.published(tickets=ASKING)
    ids = [activity["id"][:-4] + f"{n:04x}" for n in range(number)]
    assert (await post(world, activity, ids)).status_code == status


async def test_the_list_of_requests(world):
    activity, people = await world.published(tickets=ASKING), await world.talents(3)
    for person in people:
        await person.seat(activity)
    await decide(world, activity, people[:1])
    path = f"/v1/activities/{activity['id']}/registrations?requested=true"
    lines = (await world.send("GET", path, world.organiser())).json()["items"]
    assert [line["talent_id"] for line in lines] == [str(p.talent_id) for p in people[:0:-1]]


async def test_events_tell_of_requests_and_refusals(world):
    activity, people = await world.published(tickets=ASKING), await world.talents(2)
    for person in people:
        await person.seat(activity)
    await decide(world, activity, people[:1], "refuse")
    await decide(world, activity, people[1:])
    rows = await world.rows("SELECT type FROM outbox WHERE type LIKE '%registration.registration%'")
    kinds = [row.type.split(".")[3] for row in rows]
    assert kinds == ["requested", "requested", "refused", "confirmed"]
