"""Seats: never more than there are, first come first served, one for each person."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from talent_kit.auth import Role
from talent_registration.models import Quota
from talent_registration.registrations import repository, seating
from talent_registration.registrations.schemas import RegistrationOut

from ..world import DAY, NOON, World, words


def overlapping(hall, zone):
    """Two tickets: both count against the hall, one against a zone besides."""
    return {
        "quotas": [
            {"name": "hall", "label": words("hall"), "capacity": hall},
            {"name": "zone", "label": words("zone"), "capacity": zone},
        ],
        "tickets": [
            {"name": "a", "label": words("a"), "quotas": ["hall"], "meetings": ["day-1"]},
            {"name": "b", "label": words("b"), "quotas": ["hall", "zone"], "meetings": ["day-1"]},
        ],
    }


async def test_who_may_claim(world):
    activity = await world.published()
    path = f"/v1/activities/{activity['id']}/registrations/me"
    body = {"ticket_id": activity["tickets"][0]["id"]}
    assert (await world.send("PUT", path, json=body)).status_code == 401
    assert (await world.send("PUT", path, world.organiser(), json=body)).status_code == 403
    stranger = world.running.issuer.headers("nobody-knows", Role.TALENT)
    answer = await world.send("PUT", path, stranger, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-registered")
    assert await world.taken(activity) == {"hall": 0}


async def test_seats_up_to_the_last_and_a_queue_behind(world):
    activity = await world.published()
    people = await world.talents(5)
    states = [await person.seat(activity) for person in people]
    assert states == ["confirmed"] * 3 + ["waiting"] * 2
    assert await world.taken(activity) == {"hall": 3}
    last = await world.send("GET", people[4].path(activity), people[4].headers)
    assert last.json()["ahead"] == 1


async def test_without_a_waiting_list_it_is_sold_out(world):
    activity = await world.published(waiting_list=False)
    people = await world.talents(4)
    for person in people[:3]:
        assert await person.seat(activity) == "confirmed"
    answer = await people[3].claim(activity)
    assert (answer.status_code, answer.json()["code"]) == (409, "sold-out")
    assert await people[3].state(activity) == "registration-not-found"


async def test_pressed_often_it_is_one_seat(world):
    activity = await world.published()
    person = await world.talent()
    answers = await asyncio.gather(*(person.claim(activity) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await world.taken(activity) == {"hall": 1}


@pytest.mark.parametrize(
    "unusual",
    [{}, {"Content-Type": "application/json; charset=utf-8"}, {"Authorization": "bearer"}],
    ids=["usual", "content type", "scheme"],
)
async def test_the_short_way_and_the_general_one_answer_alike(world, unusual):
    activity, person = await world.published(), await world.talent()
    scheme, token = person.headers["Authorization"].split()
    headers = {"Authorization": scheme, "Content-Type": "application/json"} | unusual
    headers["Authorization"] += f" {token}"
    body = f'{{"ticket_id": "{activity["tickets"][0]["id"]}"}}'
    answer = await world.send("PUT", person.path(activity), headers, content=body)
    seat = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.headers["content-type"] == "application/json"
    assert list(seat) == list(RegistrationOut.model_fields)
    assert await world.taken(activity) == {"hall": 1}


async def test_another_ticket_needs_the_first_to_be_given_up(world):
    activity = await world.published(**overlapping(5, 5))
    person = await world.talent()
    assert await person.seat(activity, 0) == "confirmed"
    answer = await person.claim(activity, 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "registered-otherwise")
    await person.cancel(activity)
    assert await person.seat(activity, 1) == "confirmed"
    assert await world.taken(activity) == {"hall": 1, "zone": 1}


async def test_a_hundred_claims_at_once_and_quotas_that_overlap(world):
    activity = await world.published(**overlapping(30, 10))
    people = await world.talents(100)
    states = await asyncio.gather(
        *(person.seat(activity, number % 2) for number, person in enumerate(people))
    )
    taken = await world.taken(activity)
    assert taken["zone"] == 10
    assert taken["hall"] == 30
    assert states.count("confirmed") == 30
    b = [state for number, state in enumerate(states) if number % 2]
    assert b.count("confirmed") == 10


async def race(registration_factory, world, activity, people):
    """Let two processes decide the claims of many at once; return what came of them."""
    settings = world.running.service.settings
    other = registration_factory.create_service(settings, clock=world.running.clock)
    claims = (world.running.service.claims, other.claims)
    ids = UUID(activity["id"]), UUID(activity["tickets"][0]["id"])
    try:
        return await asyncio.gather(
            *(
                claims[number % 2].decide(seating.Wanted(person.login, *ids))
                for number, person in enumerate(people)
            ),
            return_exceptions=True,
        )
    finally:
        await other.close()


FORTY = {
    "quotas": [{"name": "hall", "label": words("hall"), "capacity": 40}],
    "waiting_list": False,
}


async def test_two_processes_never_seat_more_than_there_are(registration_factory):
    async with registration_factory.running(claims_together=3) as running:
        world = World(running)
        activity, people = await world.published(**FORTY), await world.talents(120)
        outcomes = await race(registration_factory, world, activity, people)
        assert sum(not isinstance(one, BaseException) for one in outcomes) == 40
        refused = {type(one).__name__ for one in outcomes if isinstance(one, BaseException)}
        assert refused == {"SoldOut"}
        assert await world.taken(activity) == {"hall": 40}
        assert len(await world.rows("SELECT 1 FROM registration")) == 40


async def test_without_the_locks_the_same_race_oversells(registration_factory, monkeypatch):
    """The control: were it green too, the test above would prove nothing."""

    async def unlocked(session, activity_ids):
        query = select(Quota).where(col(Quota.activity_id).in_(activity_ids))
        return (await session.exec(query)).all()

    monkeypatch.setattr(repository, "locked_quotas", unlocked)
    async with registration_factory.running(claims_together=3) as running:
        world = World(running)
        activity, people = await world.published(**FORTY), await world.talents(120)
        await race(registration_factory, world, activity, people)
        assert len(await world.rows("SELECT 1 FROM registration")) > 40


async def test_the_database_refuses_a_seat_too_many(world):
    """The control: whatever the code did, the check of the table would stop it."""
    activity = await world.published()
    with pytest.raises(Exception, match="ck_quota_seats"):
        async with world.running.service.database.transaction() as session:
            await session.execute(text("UPDATE quota SET taken = capacity + 1"))
    assert await world.taken(activity) == {"hall": 0}


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (-1.001, "registration-not-open"),
        (-1, "confirmed"),
        (9.999, "confirmed"),
        (10, "registration-not-open"),
    ],
)
async def test_the_window_of_registration(world, moved, expected):
    activity = await world.published()
    person = await world.talent()
    world.running.clock.set(NOON + moved * DAY)
    answer = await person.claim(activity)
    assert answer.json().get("code", answer.json().get("status")) == expected


async def test_only_talents_of_the_regions_named(world):
    activity = await world.published(regions=["350702"])
    inside, outside = await world.talent("350702"), await world.talent("350783")
    assert await inside.seat(activity) == "confirmed"
    answer = await outside.claim(activity)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-admitted")
    above = await world.published(regions=["350700"])
    assert await outside.seat(above) == "confirmed"


async def test_drafts_and_what_is_not_there(world):
    draft, person = await world.draft(), await world.talent()
    assert (await person.claim(draft)).json()["code"] == "activity-not-found"
    activity = await world.published()
    other = await world.published()
    answer = await world.send(
        "PUT",
        person.path(activity),
        person.headers,
        json={"ticket_id": other["tickets"][0]["id"]},
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")
    nowhere = {"id": str(uuid4()), "tickets": activity["tickets"]}
    assert (await person.claim(nowhere)).json()["code"] == "activity-not-found"


async def test_a_seat_given_back_goes_to_who_waits_longest(world):
    activity = await world.published()
    people = await world.talents(5)
    for person in people:
        await person.claim(activity)
    assert (await people[1].cancel(activity)).json()["status"] == "cancelled"
    assert await people[3].state(activity) == "offered"
    assert await people[4].state(activity) == "waiting"
    newcomer = await world.talent()
    assert await newcomer.seat(activity) == "waiting"
    assert await people[3].seat(activity) == "confirmed"
    assert await world.taken(activity) == {"hall": 3}
    # Who gave it back stands behind all others.
    assert await people[1].seat(activity) == "waiting"


async def test_an_offer_that_is_not_taken_passes_on_by_itself(world):
    activity = await world.published(offer_minutes=30)
    people = await world.talents(5)
    for person in people:
        await person.claim(activity)
    await people[0].cancel(activity)
    world.later(minutes=29, seconds=59)
    await world.running.settle()
    assert await people[3].state(activity) == "offered"
    world.later(seconds=1)
    answer = await people[3].claim(activity)
    assert (answer.status_code, answer.json()["code"]) == (409, "offer-over")
    await world.running.settle()
    assert await people[3].state(activity) == "registration-not-found"
    assert await people[4].state(activity) == "offered"
    assert await world.taken(activity) == {"hall": 3}


async def test_an_offer_is_taken_or_lapses_and_never_both(world):
    activity = await world.published(offer_minutes=30)
    people = await world.talents(4)
    for person in people:
        await person.claim(activity)
    await people[0].cancel(activity)
    world.later(minutes=30)
    claimed, _ = await asyncio.gather(people[3].claim(activity), world.running.settle())
    assert claimed.json().get("code") in {"offer-over", None}
    assert (await world.taken(activity))["hall"] == len(
        await world.rows("SELECT 1 FROM registration WHERE status IN ('confirmed', 'offered')")
    )


@pytest.mark.parametrize(("moved", "expected"), [(12, 200), (12.0001, 409)])
async def test_the_deadline_of_cancelling(world, moved, expected):
    activity, person = await world.published(), await world.talent()
    await person.claim(activity)
    world.running.clock.set(NOON + moved * DAY)
    answer = await person.cancel(activity)
    assert answer.status_code == expected
    if expected == 409:
        assert answer.json()["code"] == "too-late-to-cancel"


async def test_who_waits_may_leave_at_any_time(world):
    activity, people = await world.published(), await world.talents(4)
    for person in people:
        await person.claim(activity)
    world.running.clock.set(NOON + 13 * DAY)
    assert (await people[3].cancel(activity)).status_code == 200


async def test_more_seats_are_offered_to_who_waits(world):
    activity, people = await world.published(), await world.talents(6)
    for person in people:
        await person.claim(activity)
    shown = await world.shown(activity)
    path = f"/v1/activities/{activity['id']}/quotas/{shown['quotas'][0]['id']}"
    answer = await world.send(
        "PUT", path, world.organiser(), json={"capacity": 5}, version=shown["version"]
    )
    assert answer.status_code == 200
    await world.running.settle()
    states = [await person.state(activity) for person in people]
    assert states == ["confirmed"] * 3 + ["offered"] * 2 + ["waiting"]


@pytest.mark.parametrize(("capacity", "status"), [(2, 409), (3, 200), (4, 200)])
async def test_never_fewer_seats_than_are_taken(world, capacity, status):
    activity, people = await world.published(), await world.talents(3)
    for person in people:
        await person.claim(activity)
    shown = await world.shown(activity)
    path = f"/v1/activities/{activity['id']}/quotas/{shown['quotas'][0]['id']}"
    answer = await world.send(
        "PUT", path, world.organiser(), json={"capacity": capacity}, version=shown["version"]
    )
    assert answer.status_code == status
    if status == 409:
        assert answer.json() | {"code": "seats-taken", "taken": 3} == answer.json()


async def test_a_cancelled_activity_lets_everybody_go(world):
    activity, people = await world.published(), await world.talents(5)
    for person in people:
        await person.claim(activity)
    await world.act(await world.shown(activity), "cancellation", world.organiser())
    assert (await (await world.talent()).claim(activity)).json()["code"] == "activity-state"
    await world.running.settle()
    rows = await world.rows("SELECT DISTINCT status FROM registration")
    assert [row.status for row in rows] == ["cancelled"]
    assert await world.taken(activity) == {"hall": 0}


async def test_who_was_erased_has_no_seat_and_no_name_here(world):
    activity, people = await world.published(), await world.talents(4)
    for person in people:
        await person.claim(activity)
    await people[0].erase()
    assert await people[3].state(activity) == "offered"
    assert await people[0].state(activity) == "not-registered"
    assert people[0].login not in await world.running.stored()


async def test_places_follow_the_order_in_which_claims_came(world):
    activity, people = await world.published(), await world.talents(40)
    await asyncio.gather(*(person.claim(activity) for person in people))
    rows = await world.rows("SELECT talent_id FROM registration ORDER BY place")
    assert [row.talent_id for row in rows] == [person.talent_id for person in people]


async def test_too_many_at_once_are_told_to_come_again(registration_factory):

    async with registration_factory.running(claims_waiting=5, claims_together=2) as running:
        world = World(running)
        activity, people = await world.published(), await world.talents(20)
        answers = await asyncio.gather(*(person.claim(activity) for person in people))
        codes = {answer.json().get("code") for answer in answers if answer.status_code != 200}
        assert codes == {"too-many-at-once"}
        assert all("retry-after" in a.headers for a in answers if a.status_code == 503)
        # None of those is written down half.
        seen = await world.rows("SELECT 1 FROM registration")
        assert len(seen) == sum(answer.status_code == 200 for answer in answers)


async def test_one_claim_that_fails_does_not_spoil_the_others(world, monkeypatch):
    activity, people = await world.published(), await world.talents(3)
    decide = seating.decide
    claims = world.running.service.claims

    async def broken(session, clock, wanted):
        if any(one.login == people[1].login for one in wanted):
            raise RuntimeError("a bug")
        return await decide(world.running.service.vault, None, session, clock, wanted)

    monkeypatch.setattr(claims, "_decide_all", broken)
    answers = await asyncio.gather(*(person.claim(activity) for person in people))
    assert [answer.status_code for answer in answers] == [200, 500, 200]


async def test_events_tell_of_each_change(world):
    activity, people = await world.published(), await world.talents(4)
    for person in people:
        await person.claim(activity)
    await people[0].cancel(activity)
    rows = await world.rows("SELECT type FROM outbox WHERE topic = 'talent.registration'")
    kinds = [row.type.rpartition("registration.")[2] for row in rows]
    assert kinds == [
        "activity.published.v1",
        "confirmed.v1",
        "confirmed.v1",
        "confirmed.v1",
        "queued.v1",
        "cancelled.v1",
        "offered.v1",
    ]
