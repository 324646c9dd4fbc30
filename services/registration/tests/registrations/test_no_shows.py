"""Who did not come to what they had seats for."""

import pytest
from sqlalchemy import text

from ..world import DAY, NOON, at, content, words

RULE = {"missed": 2, "days": 30}
MEETING = {"name": "day-1", "place": words("hall")}


async def over(world, people, came=(), *, gate=True, finished=True, day=1):
    """An activity that is over, with a check-in at which some came."""
    ends = {"starts_at": at(day), "ends_at": at(day + 0.1)}
    window = {"closes_at": at(day), "cancel_until": at(day)}
    seats = [{"name": "hall", "label": words("hall"), "capacity": 9}]
    activity = await world.published(meetings=[MEETING | ends], quotas=seats, **window)
    for person in people:
        assert await person.seat(activity) == "confirmed"
    if gate:
        path = f"/v1/activities/{activity['id']}/gates"
        body = {"name": "north", "meetings": ["day-1"], "tickets": ["visitor"]}
        made = await world.send("POST", path, world.organiser(), json=body)
        assert made.status_code == 201, made.text
        world.running.clock.set(NOON + day * DAY)
        for person in came:
            scan = f"{path}/{made.json()['id']}/scans/{await person.registration(activity)}"
            shown = {"registration_id": await person.registration(activity)}
            answer = await world.send("PUT", scan, world.organiser(), json=shown)
            assert answer.json()["counted"], answer.text
    world.running.clock.set(NOON + (day + 1) * DAY)
    if finished:
        await world.act(await world.shown(activity), "completion", world.organiser())
    world.running.clock.set(NOON)
    return activity


async def code(person, activity, **more):
    answer = (await person.claim(activity, **more)).json()
    return answer.get("code", answer.get("status"))


async def test_who_missed_so_many_is_not_admitted_for_a_time(world):
    often, once, came = await world.talents(3)
    await over(world, [often, came], [came])
    await over(world, [often, once, came], [came])
    strict = await world.published(no_show=RULE, closes_at=at(40), meetings=[later(41)])
    assert strict["no_show"] == RULE
    world.running.clock.set(NOON + 5 * DAY)
    refused = await often.claim(strict)
    assert (refused.status_code, refused.json()["code"]) == (403, "missed-too-often")
    assert refused.json()["until"].startswith("2026-10-02T04:00:00")
    assert await code(once, strict) == "confirmed"
    assert await code(came, strict) == "confirmed"
    lax = await world.published(closes_at=at(40), meetings=[later(41)])
    assert await code(often, lax) == "confirmed"
    world.running.clock.set(NOON + 31 * DAY)
    world.later(microseconds=-1)
    assert await code(often, strict) == "missed-too-often"
    world.later(microseconds=1)
    assert await code(often, strict) == "confirmed"


def later(day):
    return MEETING | {"starts_at": at(day), "ends_at": at(day + 0.1)}


@pytest.mark.parametrize(
    "how", [{"gate": False}, {"finished": False}], ids=["no check-in", "not finished"]
)
async def test_what_does_not_count(world, how):
    person = await world.talent()
    for _ in range(2):
        await over(world, [person], **how)
    strict = await world.published(no_show=RULE)
    assert await code(person, strict) == "confirmed"


async def test_who_gave_their_seat_back_missed_nothing(world):
    person = await world.talent()
    first = await over(world, [person], finished=False)
    await person.cancel(first)
    await world.act(await world.shown(first), "completion", world.organiser())
    await over(world, [person])
    strict = await world.published(no_show=RULE)
    assert await code(person, strict) == "confirmed"


async def test_an_attendance_that_is_revoked_is_none(world):
    person = await world.talent()
    for _ in range(2):
        await over(world, [person], [person])
    strict = await world.published(no_show=RULE)
    async with world.running.service.database.transaction() as session:
        await session.execute(text("UPDATE attendance SET revoked_at = attended_on"))
    assert await code(person, strict) == "missed-too-often"


async def test_who_is_invited_is_admitted_all_the_same(world):
    person = await world.talent()
    for _ in range(2):
        await over(world, [person])
    strict = await world.published(no_show=RULE)
    made = (await world.post(strict, "invitations", number=1)).json()
    assert await code(person, strict, code=made["items"][0]["code"]) == "confirmed"


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"missed": 0, "days": 1}, 422),
        ({"missed": 1, "days": 0}, 422),
        ({"missed": 1, "days": 1}, 201),
        ({"missed": 20, "days": 730}, 201),
        ({"missed": 21, "days": 730}, 422),
        ({"missed": 20, "days": 731}, 422),
    ],
)
async def test_limits_of_the_rule(world, rule, status):
    body = content(no_show=rule)
    answer = await world.send("POST", "/v1/activities", world.organiser(), json=body)
    assert answer.status_code == status
