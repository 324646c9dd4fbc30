"""What `republish` tells is what the events said last."""

import json
from uuid import UUID

from talent_contracts import EVENTS
from talent_kit.republishing import republish
from talent_registration.registrations import repository, seating
from talent_registration.republishing import REPUBLISHED

from .door import Door
from .world import DAY, NOON, booth


async def told(world):
    """Return what was said last of each aggregate, and forget it."""
    rows = await world.rows("SELECT value FROM outbox ORDER BY position")
    events = [json.loads(row.value) for row in rows]
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM outbox")
    return {event["subject"]: event["data"] for event in events}


async def test_it_tells_what_the_events_said_last(world):
    await world.draft()
    activity, people = await world.published(), await world.talents(5)
    for person in people:
        await person.claim(activity)
    await people[0].cancel(activity)
    ended = await world.published()
    await people[0].claim(ended)
    await world.act(await world.shown(ended), "cancellation", world.organiser())
    fair, firm = await world.published(**booth()), await world.employer()
    booking = (await firm.book(fair)).json()
    async with world.running.service.database.transaction() as session:
        for hall in (await repository.hold(session, [UUID(ended["id"])])).values():
            await seating.close(session, world.running.clock, hall)
    door = await Door.opened(world)
    (_, first_code), (_, second_code) = [await door.registered() for _ in range(2)]
    door.first_day()
    for code in (first_code, second_code):
        await door.scan(code)
    (_, line) = (await door.read("attendance"))["items"]
    path = f"{door.path}/attendance/{line['id']}/revocation"
    await world.send("POST", path, world.organiser(), json={"reason": "other"}, version=1)
    world.running.clock.set(NOON + 14 * DAY)
    path = f"/v1/activities/{fair['id']}/bookings/{booking['id']}/attendance"
    for version, day in ((1, "2026-09-15"), (2, None)):
        body = {"attended_on": day}
        said = await world.send("PUT", path, world.organiser(), json=body, version=version)
        assert said.status_code == 200
    first = await told(world)
    counts = await republish(world.running.service, REPUBLISHED)
    expected = {"activity": 4, "registration": 8, "attendance": 2, "certificate": 0, "booking": 2}
    assert counts == expected
    # What a booth shows and whether it was attended raise its version and are no booking's event.
    first[booking["id"]] |= {"version": 3}
    assert await told(world) == first


def test_every_event_of_the_service_is_known():
    kinds = [kind for kind in EVENTS if kind.startswith("talent.registration.")]
    assert len(kinds) == 18
