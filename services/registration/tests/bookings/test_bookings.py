"""Booths: as many as there are, one for an employer, and attendance as a fact that pays."""

import asyncio
import json

import pytest
from talent_kit.auth import Role
from talent_registration.bookings import service

from ..world import DAY, NOON, booth, content, words

MEETING = content()["meetings"][0] | {"region": "420100"}
VACANCY = {"title": words("engineer"), "places": 3, "region": "350702"}


async def told(world, kind):
    rows = await world.rows("SELECT value FROM outbox ORDER BY position")
    events = [json.loads(row.value) for row in rows]
    return [event["data"] for event in events if event["type"] == f"talent.registration.{kind}.v1"]


async def test_an_employer_has_one_booth_however_often_it_asks(world):
    activity, firm = await world.published(**booth()), await world.employer()
    first, again = await firm.book(activity), await firm.book(activity)
    assert (first.status_code, first.json()) == (200, again.json())
    assert (await world.taken(activity)) == {"hall": 0, "stands": 1}
    assert len(await told(world, "booking.confirmed")) == 1
    shown = await world.send("GET", firm.path(activity), firm.headers)
    assert shown.json()["status"] == "confirmed"


async def test_never_more_than_there_are(world):
    activity = await world.published(**booth())
    firms = [await world.employer() for _ in range(6)]
    answers = await asyncio.gather(*(firm.book(activity) for firm in firms))
    codes = sorted(answer.json().get("code", "booked") for answer in answers)
    assert codes == ["booked"] * 2 + ["sold-out"] * 4
    assert (await world.taken(activity))["stands"] == 2


async def test_what_is_given_up_goes_to_who_waits_for_a_shared_quota(world):
    tickets = [ticket | {"quotas": ["hall"]} for ticket in booth()["tickets"]]
    quotas = [content()["quotas"][0] | {"capacity": 1}]
    activity = await world.published(quotas=quotas, tickets=tickets)
    one, other, talent = await world.employer(), await world.employer(), await world.talent()
    await one.book(activity)
    assert (await other.book(activity)).json()["code"] == "sold-out"
    assert await talent.seat(activity, ticket=1) == "waiting"
    assert (await one.cancel(activity)).json()["status"] == "cancelled"
    assert (await one.cancel(activity)).json()["code"] == "booking-not-found"
    await world.running.settle()
    assert await talent.state(activity) == "offered"


async def test_booths_are_not_for_talents_nor_seats_for_employers(world):
    activity = await world.published(**booth())
    firm, talent = await world.employer(), await world.talent()
    assert (await talent.claim(activity)).json()["code"] == "ticket-not-found"
    assert (await firm.book(activity, ticket=1)).json()["code"] == "ticket-not-found"


@pytest.mark.parametrize(
    ("days", "code"), [(-1.001, "registration-not-open"), (10, "registration-not-open")]
)
async def test_booths_are_booked_while_registration_is_open(world, days, code):
    activity, firm = await world.published(**booth()), await world.employer()
    world.running.clock.set(NOON + days * DAY)
    assert (await firm.book(activity)).json()["code"] == code


async def test_too_late_to_give_it_up(world):
    activity, firm = await world.published(**booth()), await world.employer()
    await firm.book(activity)
    world.running.clock.set(NOON + 12.001 * DAY)
    assert (await firm.cancel(activity)).json()["code"] == "too-late-to-cancel"


async def test_booths_are_cancelled_with_their_activity_and_employers_are_told(world):
    activity = await world.published(**booth())
    firms = [await world.employer() for _ in range(2)]
    for firm in firms:
        await firm.book(activity)
    await world.act(await world.shown(activity), "cancellation", world.organiser())
    await world.due()
    events = await told(world, "booking.cancelled")
    assert {event["employer_id"] for event in events} == {str(firm.employer_id) for firm in firms}
    assert (await world.taken(activity))["stands"] == 0
    for firm in firms:
        shown = await world.send("GET", firm.path(activity), firm.headers)
        assert shown.json()["code"] == "booking-not-found"
    bookings = f"/v1/activities/{activity['id']}/bookings"
    listed = (await world.send("GET", bookings, world.organiser())).json()["items"]
    assert [one["status"] for one in listed] == ["cancelled", "cancelled"]


async def test_more_booths_than_one_transaction_cancels(world, monkeypatch):
    monkeypatch.setattr(service, "_SOME", 2)
    stands = booth()["quotas"][1] | {"capacity": 5}
    activity = await world.published(**booth(quotas=[booth()["quotas"][0], stands]))
    for _ in range(5):
        await (await world.employer()).book(activity)
    await world.act(await world.shown(activity), "cancellation", world.organiser())
    await world.due()
    assert len(await told(world, "booking.cancelled")) == 5
    assert (await world.taken(activity))["stands"] == 0


async def test_who_was_there_before_it_was_cancelled_was_there(world):
    activity, firm = await world.published(**booth()), await world.employer()
    booking = (await firm.book(activity)).json()
    world.running.clock.set(NOON + 14.1 * DAY)
    path = f"/v1/activities/{activity['id']}/bookings/{booking['id']}/attendance"
    body = {"attended_on": "2026-09-15"}
    said = await world.send("PUT", path, world.organiser(), json=body, version=1)
    assert said.status_code == 200, said.text
    await world.act(await world.shown(activity), "cancellation", world.organiser())
    await world.due()
    shown = await world.send("GET", firm.path(activity), firm.headers)
    assert (shown.json()["status"], shown.json()["attended_on"]) == ("confirmed", "2026-09-15")


async def test_booths_of_what_is_finished_stay(world):
    activity, firm = await world.published(**booth()), await world.employer()
    await firm.book(activity)
    await world.act(await world.shown(activity), "completion", world.organiser())
    await world.due()
    assert await told(world, "booking.cancelled") == []


async def test_everybody_sees_the_vacancies_of_booths(world):
    activity, firm = await world.published(**booth()), await world.employer()
    put = firm.path(activity, "/vacancies")
    early = await world.send("PUT", put, firm.headers, json={"vacancies": []})
    assert early.json()["code"] == "booking-not-found"
    await firm.book(activity)
    answer = await world.send("PUT", put, firm.headers, json={"vacancies": [VACANCY]})
    assert answer.json()["version"] == 2
    (exhibit,) = (await world.send("GET", f"/v1/activities/{activity['id']}/exhibits")).json()[
        "items"
    ]
    assert exhibit["employer_id"] == str(firm.employer_id)
    assert exhibit["vacancies"] == [VACANCY | {"about": None}]
    assert "status" not in exhibit
    await firm.cancel(activity)
    gone = await world.send("GET", f"/v1/activities/{activity['id']}/exhibits")
    assert gone.json()["items"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"places": 0}, 422),
        ({"places": 10_000}, 200),
        ({"places": 10_001}, 422),
        ({"about": "a\u0000"}, 422),
        ({"about": "x" * 1001}, 422),
        ({"salary": 1}, 422),
    ],
)
async def test_what_a_vacancy_must_be(world, change, status):
    activity, firm = await world.published(**booth()), await world.employer()
    await firm.book(activity)
    body = {"vacancies": [VACANCY | change]}
    answer = await world.send("PUT", firm.path(activity, "/vacancies"), firm.headers, json=body)
    assert answer.status_code == status


class TestAttendance:
    """The organiser says who was there, on which day, and takes it back."""

    async def booked(self, world, **changes):
        activity = await world.published(
            **booth(kind="campus_trip", host="government", meetings=[MEETING]) | changes
        )
        firm = await world.employer()
        return activity, (await firm.book(activity)).json()

    async def say(self, world, activity, booking, day, who=None):
        path = f"/v1/activities/{activity['id']}/bookings/{booking['id']}/attendance"
        headers = who or world.organiser()
        version = booking["version"]
        body = {"attended_on": day}
        return await world.send("PUT", path, headers, json=body, version=version)

    async def test_it_is_told_and_taken_back(self, world):
        activity, booking = await self.booked(world)
        world.running.clock.set(NOON + 14 * DAY)
        said = await self.say(world, activity, booking, "2026-09-15")
        assert said.json()["attended_on"] == "2026-09-15", said.text
        again = await self.say(world, activity, said.json(), "2026-09-15")
        assert again.json() == said.json()
        (confirmed,) = await told(world, "attendance.confirmed")
        expected = {
            "registration_id": booking["id"],
            "employer_id": booking["employer_id"],
            "talent_id": None,
            "kind": "campus_trip",
            "host": "government",
            "region": "350700",
            "held_in": "420100",
            "recruitment": True,
            "attended_on": "2026-09-15",
        }
        assert confirmed | expected == confirmed
        back = await self.say(world, activity, said.json(), None)
        assert back.json()["attended_on"] is None
        (revoked,) = await told(world, "attendance.revoked")
        assert revoked == confirmed | {"version": 3}
        once_more = await self.say(world, activity, back.json(), "2026-09-15")
        assert once_more.json()["version"] == 4
        rows = await world.rows("SELECT action, subject FROM audit WHERE subject LIKE 'booking%'")
        assert [row.action for row in rows] == [
            "booking.attended",
            "booking.attendance-revoked",
            "booking.attended",
        ]

    @pytest.mark.parametrize(
        ("days", "day", "code"),
        [
            (13.99, "2026-09-15", "no-session-then"),
            (14, "2026-09-14", "no-session-then"),
            (14, "2026-09-16", "no-session-then"),
            (30, "2026-09-15", None),
        ],
    )
    async def test_only_of_a_day_of_the_activity(self, world, days, day, code):
        activity, booking = await self.booked(world)
        world.running.clock.set(NOON + days * DAY)
        assert (await self.say(world, activity, booking, day)).json().get("code") == code

    async def test_by_its_organiser_alone_and_while_it_stands(self, world):
        activity, booking = await self.booked(world)
        world.running.clock.set(NOON + 14 * DAY)
        other = await self.say(
            world, activity, booking, "2026-09-15", world.organiser("organiser-2")
        )
        assert other.json()["code"] == "activity-not-found"
        stale = booking | {"version": 2}
        assert (await self.say(world, activity, stale, "2026-09-15")).status_code == 412
        nobody = booking | {"id": activity["id"]}
        lost = await self.say(world, activity, nobody, "2026-09-15")
        assert lost.json()["code"] == "booking-not-found"
        await world.act(await world.shown(activity), "cancellation", world.organiser())
        late = await self.say(world, activity, booking, "2026-09-15")
        assert late.json()["code"] == "activity-state"

    async def test_who_was_there_cannot_cancel(self, world):
        activity = await world.published(**booth(cancel_until=content()["meetings"][0]["ends_at"]))
        firm = await world.employer()
        booking = (await firm.book(activity)).json()
        world.running.clock.set(NOON + 14 * DAY)
        await self.say(world, activity, booking, "2026-09-15")
        assert (await firm.cancel(activity)).json()["code"] == "employer-attended"


async def test_who_sees_the_list(world):
    activity, firm = await world.published(**booth()), await world.employer()
    await firm.book(activity)
    path = f"/v1/activities/{activity['id']}/bookings"

    async def seen(who):
        answer = await world.send("GET", path, who)
        return [one["employer_id"] for one in answer.json().get("items", [])]

    ours = [str(firm.employer_id)]
    auditor = world.running.issuer.headers("auditor-1", Role.AUDITOR, region="350000")
    assert [await seen(who) for who in (world.organiser(), world.reviewer(), auditor)] == [ours] * 3
    assert await seen(world.organiser("organiser-2")) == []
    assert await seen(world.reviewer(region="330800")) == []
