"""What `republish` tells is what the events said last, however often it is told."""

import asyncio

from talent_contracts import EVENTS, CodeIssued, EventData
from talent_identity.republishing import REPUBLISHED
from talent_kit import republishing
from talent_kit.auth import Role
from talent_kit.bus import Message
from talent_kit.outbox import Relay
from talent_kit.republishing import republish

from .factories import fixed_term


async def play(world):
    """Leave a talent with a code and an employment, an employer, one who was erased, and staff."""
    _, employer = await world.employer()
    who, _ = await world.talent()
    answers = [
        await who.post("/v1/employments", fixed_term(employer["id"])),
        await who.post("/v1/codes", {}),
    ]
    gone, _ = await world.talent()
    answers.append(await gone.post("/v1/talents/me/erasure", {"confirmation": "erase-my-data"}))
    operator = world.caller(Role.OPERATOR, region="350700")
    for number in ("np-0001", "np-0002"):
        body = {"username": number, "region": "350702", "roles": ["reviewer"]}
        answers.append(await operator.post("/v1/staff", body))
    ended = f"/v1/staff/{answers[-1].json()['id']}/dismissal"
    answers.append(await operator.post(ended, If_Match='"1"'))
    assert {answer.status_code // 100 for answer in answers} == {2}, answers
    return who


def states(events):
    """Return what was said last of each aggregate, by its kind of state."""
    said = {}
    for event in events:
        kind = next(base for base in EVENTS[event["type"]].__mro__ if base.__base__ is EventData)
        said[event["subject"], kind] = event["data"]
    return said


async def told(world):
    """Return the events saved so far, and forget them."""
    events = await world.events()
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM outbox")
    return events


async def again(world, **how):
    return await republish(world.running.service, REPUBLISHED, **how)


async def test_it_tells_what_the_events_said_last_and_so_does_doing_it_again(world):
    await play(world)
    first = states(await told(world))
    for _ in range(2):
        counts = await again(world, batch=1)
        assert counts == {"talent": 2, "employer": 1, "employment": 1, "code": 1, "staff": 2}
        second = states(await told(world))
        assert second.keys() == first.keys()
        for key, data in first.items():
            # The code raised its talent's version, and is told with the talent's of today.
            assert second[key] == data | {"version": second[key]["version"]}, key[1]
            assert second[key]["version"] >= data["version"]


async def test_some_aggregates_alone(world):
    await play(world)
    await told(world)
    assert await again(world, only={"employer"}) == {"employer": 1}
    assert {event["type"] for event in await told(world)} == {"talent.identity.employer.updated.v1"}


async def test_a_code_that_was_replaced_is_told_too_in_their_order(world):
    who = await play(world)
    current = (await who.get("/v1/codes/me")).json()
    replaced = await who.post("/v1/codes", {"replaces": current["serial"]})
    assert replaced.status_code == 201, replaced.text
    await told(world)
    assert await again(world, only={"code"}) == {"code": 2}
    events = await told(world)
    assert [(event["type"], event["data"]["serial"]) for event in events] == [
        (CodeIssued.TYPE, 1),
        (CodeIssued.TYPE, 2),
    ]
    assert len({event["data"]["code_digest"] for event in events}) == 2


async def test_no_code_of_who_was_erased_is_told(world):
    who = await play(world)
    erased = await who.post("/v1/talents/me/erasure", {"confirmation": "erase-my-data"})
    assert erased.status_code // 100 == 2, erased.text
    assert await again(world, only={"code"}) == {"code": 0}


async def test_it_waits_for_the_relay_where_much_is_on_its_way(world, monkeypatch):
    monkeypatch.setattr(republishing, "_MOST_WAITING", 1)
    monkeypatch.setattr(republishing, "_LOOK_AGAIN", 0.01)
    await play(world)
    await told(world)
    sent: list[Message] = []

    class Bus:
        async def publish(self, messages):
            sent.extend(messages)

    telling = asyncio.create_task(again(world, batch=2))
    await asyncio.sleep(0.3)
    assert not telling.done()
    assert len(await world.events()) == 2
    relay = Relay(world.running.service.database, Bus())

    async with asyncio.timeout(10):
        while not telling.done():
            await relay.step()
            await asyncio.sleep(0.01)
    await relay.step()
    assert len(sent) == 7
