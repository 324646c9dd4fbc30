"""What every endpoint refuses, from one table; a test fails when an endpoint is not in it."""

from uuid import UUID, uuid4

import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.endpoints import EndpointChecks
from talent_kit.testing.stage import PUBLIC, Endpoint, Stage
from talent_registration.models import PaymentDifference, RatingFollowUp

from .door import Door
from .world import NOON, PDF, World, at, booth, content, ticket

TALENT, EMPLOYER = frozenset({Role.TALENT}), frozenset({Role.EMPLOYER})
ORGANISER, REVIEWER = frozenset({Role.ORGANISER}), frozenset({Role.REVIEWER})
FINANCE = frozenset({Role.FINANCE})
STAFF = ORGANISER | REVIEWER | {Role.AUDITOR}
ONE = "/v1/activities/{activity_id}"
ROOM = {"enter_from": at(0), "per_minute": 60}

GATE = f"{ONE}/gates/{{gate_id}}"
SET_UP = {"name": "south", "meetings": ["day-1"], "tickets": ["visitor"]}
SCAN = {"registration_id": "{registration_id}"}
BROUGHT = {
    "sent_at": at(14.1),
    "scans": [SCAN | {"scan_id": "{other_scan_id}", "at": at(14.1), "admitted": True}],
}

ENDPOINTS = (
    Endpoint("POST", "/v1/activities", ORGANISER, content()),
    Endpoint("GET", "/v1/activities", PUBLIC),
    Endpoint("GET", ONE, PUBLIC),
    Endpoint("PUT", ONE, ORGANISER, content(), versioned=True),
    Endpoint("POST", f"{ONE}/submission", ORGANISER, versioned=True),
    Endpoint("POST", f"{ONE}/publication", REVIEWER, versioned=True),
    Endpoint("POST", f"{ONE}/return", REVIEWER, {"reason": "other"}, versioned=True),
    Endpoint("POST", f"{ONE}/cancellation", ORGANISER, versioned=True),
    Endpoint("POST", f"{ONE}/completion", ORGANISER, versioned=True),
    Endpoint("PUT", f"{ONE}/quotas/{{quota_id}}", ORGANISER, {"capacity": 9}, versioned=True),
    Endpoint(
        "PUT",
        f"{ONE}/tickets/{{ticket_id}}/access-code",
        ORGANISER,
        {"code": "MAPLE-2026"},
        versioned=True,
    ),
    Endpoint(
        "POST",
        f"{ONE}/holds",
        ORGANISER,
        {"ticket_id": "{ticket_id}", "name": "press", "seats": 1},
    ),
    Endpoint("GET", f"{ONE}/holds", STAFF),
    Endpoint("PUT", f"{ONE}/holds/{{hold_id}}", ORGANISER, {"seats": 0}, versioned=True),
    Endpoint("POST", f"{ONE}/invitations", ORGANISER, {"ticket_id": "{ticket_id}", "number": 1}),
    Endpoint("GET", f"{ONE}/invitations", STAFF),
    Endpoint("DELETE", f"{ONE}/invitations/{{invitation_id}}", ORGANISER),
    Endpoint("GET", "/v1/managed-activities", STAFF),
    Endpoint("GET", "/v1/managed-activities/{activity_id}", STAFF),
    Endpoint("GET", f"{ONE}/registrations", STAFF),
    Endpoint("GET", f"{ONE}/registrations/export", ORGANISER),
    Endpoint(
        "PUT",
        f"{ONE}/registrations/me",
        TALENT,
        {"ticket_id": "{ticket_id}"},
    ),
    Endpoint("GET", f"{ONE}/registrations/me/answers", TALENT),
    Endpoint(
        "PUT",
        f"{ONE}/registrations/me/answers",
        TALENT,
        {"answers": {}},
        versioned=True,
        maps=frozenset({"answers"}),
    ),
    Endpoint("GET", f"{ONE}/registrations/me", TALENT),
    Endpoint("DELETE", f"{ONE}/registrations/me", TALENT),
    Endpoint(
        "POST",
        f"{ONE}/decisions",
        ORGANISER,
        {"registration_ids": ["{registration_id}"], "decision": "approve"},
    ),
    Endpoint("GET", "/v1/registrations", TALENT),
    Endpoint("POST", f"{ONE}/gates", ORGANISER, SET_UP),
    Endpoint("GET", f"{ONE}/gates", ORGANISER),
    Endpoint("PUT", GATE, ORGANISER, SET_UP, versioned=True),
    Endpoint("POST", f"{GATE}/devices", ORGANISER, {"label": "tablet 2"}),
    Endpoint("GET", f"{GATE}/devices", ORGANISER),
    Endpoint("DELETE", f"{GATE}/devices/{{device_id}}", ORGANISER),
    Endpoint("GET", f"{GATE}/roster", ORGANISER),
    Endpoint("PUT", f"{GATE}/scans/{{scan_id}}", ORGANISER, SCAN),
    Endpoint("PUT", f"{GATE}/scan-batches/{{batch_id}}", ORGANISER, BROUGHT),
    Endpoint("GET", f"{ONE}/conflicts", STAFF),
    Endpoint("GET", f"{ONE}/presence", STAFF),
    Endpoint("GET", f"{ONE}/attendance", STAFF),
    Endpoint(
        "POST",
        f"{ONE}/attendance/{{attendance_id}}/revocation",
        ORGANISER,
        {"reason": "test-scan"},
        versioned=True,
    ),
    Endpoint("GET", f"{ONE}/calendar", PUBLIC),
    Endpoint("GET", "/v1/registrations/calendar", TALENT),
    Endpoint("POST", "/v1/calendar-feeds", TALENT),
    Endpoint("GET", "/v1/calendar-feeds/me", TALENT),
    Endpoint("DELETE", "/v1/calendar-feeds/me", TALENT),
    Endpoint("GET", "/v1/calendars/{secret}", PUBLIC),
    Endpoint("GET", "/v1/personal-data/registration", TALENT),
    Endpoint("GET", "/v1/personal-data/registration/export", TALENT),
    Endpoint("GET", f"{ONE}/ratings", STAFF),
    Endpoint("PUT", f"{ONE}/ratings/me", TALENT, {"grade": 5}),
    Endpoint("GET", f"{ONE}/ratings/me", TALENT),
    Endpoint("GET", "/v1/rating-follow-ups", STAFF),
    Endpoint(
        "PUT",
        "/v1/rating-follow-ups/{follow_up_id}",
        ORGANISER,
        {"note": "a larger hall"},
        versioned=True,
    ),
    Endpoint("GET", f"{ONE}/registrations/{{registration_id}}/files/{{question}}", ORGANISER),
    Endpoint("POST", "/v1/registration-files", TALENT | ORGANISER),
    Endpoint("GET", "/v1/registration-files/{file_id}", TALENT | ORGANISER),
    Endpoint("GET", "/v1/registration-files/{file_id}/content", TALENT | ORGANISER),
    Endpoint("DELETE", "/v1/registration-files/{file_id}", TALENT | ORGANISER),
    Endpoint("PUT", f"{ONE}/pictures", ORGANISER, {"pictures": []}, versioned=True),
    Endpoint("GET", f"{ONE}/pictures", PUBLIC),
    Endpoint("GET", f"{ONE}/pictures/{{file_id}}", PUBLIC),
    Endpoint("GET", "/v1/managed-activities/{activity_id}/pictures", STAFF),
    Endpoint("GET", "/v1/managed-activities/{activity_id}/pictures/{file_id}", STAFF),
    Endpoint(
        "PUT",
        f"{ONE}/bookings/{{booking_id}}/curricula/me",
        TALENT,
        {"file_id": "{file_id}", "contact": "me"},
    ),
    Endpoint("GET", f"{ONE}/bookings/{{booking_id}}/curricula/me", TALENT),
    Endpoint("DELETE", f"{ONE}/bookings/{{booking_id}}/curricula/me", TALENT),
    Endpoint("GET", f"{ONE}/bookings/me/curricula", EMPLOYER),
    Endpoint("GET", f"{ONE}/bookings/me/curricula/{{curriculum_id}}/content", EMPLOYER),
    Endpoint(
        "PUT",
        f"{ONE}/groups/me",
        EMPLOYER,
        {"ticket_id": "{ticket_id}", "talent_ids": ["{talent_id}"]},
    ),
    Endpoint("POST", "/v1/payment-notices", PUBLIC, computes=True),
    Endpoint("GET", "/v1/registrations/{registration_id}/payment", TALENT),
    Endpoint("GET", f"{ONE}/payments", STAFF | FINANCE),
    Endpoint("GET", "/v1/payment-differences", STAFF | FINANCE),
    Endpoint(
        "PUT",
        "/v1/payment-differences/{difference_id}",
        FINANCE,
        {"note": "booked by hand"},
        versioned=True,
    ),
    Endpoint("GET", "/v1/certificates", TALENT),
    Endpoint("GET", "/v1/certificates/{number}", PUBLIC),
    Endpoint("GET", "/v1/registrations/{registration_id}/certificate.pdf", TALENT),
    Endpoint("GET", f"{ONE}/exhibits", PUBLIC),
    Endpoint("GET", f"{ONE}/bookings", STAFF),
    Endpoint("PUT", f"{ONE}/bookings/me", EMPLOYER, {"ticket_id": "{booth_id}"}),
    Endpoint("GET", f"{ONE}/bookings/me", EMPLOYER),
    Endpoint("PUT", f"{ONE}/bookings/me/vacancies", EMPLOYER, {"vacancies": []}),
    Endpoint("DELETE", f"{ONE}/bookings/me", EMPLOYER),
    Endpoint(
        "PUT",
        f"{ONE}/bookings/{{booking_id}}/attendance",
        ORGANISER,
        {"attended_on": None},
        versioned=True,
    ),
    Endpoint("GET", f"{ONE}/waiting-room", PUBLIC),
    Endpoint("PUT", f"{ONE}/waiting-room", ORGANISER, ROOM, versioned=True),
    Endpoint("PUT", f"{ONE}/waiting-room/me", TALENT),
    Endpoint("GET", f"{ONE}/waiting-room/me", TALENT),
    Endpoint(
        "GET",
        "/v1/operations/registration/events",
        frozenset({Role.OPERATOR, Role.AUDITOR}),
        anywhere=True,
    ),
)


@pytest_asyncio.fixture(scope="module")
async def stage(registration_factory):
    """A published activity with a gate, and a talent who has a seat and has come."""
    async with registration_factory.running() as running:
        world = World(running)
        activity = await world.published(
            **booth(tickets=[ticket(admission="code"), booth()["tickets"][0]])
        )
        await world.set_code(activity, "MAPLE-2026")
        held = await world.post(activity, "holds", name="press", seats=1)
        invited = await world.post(activity, "invitations", number=1)
        talent = await world.talent(login="talent-on-stage")
        registration = (await talent.claim(activity, code="MAPLE-2026")).json()
        firm = await world.employer(login="agent-on-stage")
        booking = (await firm.book(activity, ticket=1)).json()
        door = Door(world)
        door.activity = activity
        door.gate = await door.set_up("north", meetings=["day-1"], tickets=["visitor"])
        door.device = await door.enrol(door.gate)
        door.first_day()
        await door.scan(registration["id"])
        (attendance,) = (await door.read("attendance"))["items"]
        follow_up = RatingFollowUp(
            id=new_id(),
            activity_id=UUID(activity["id"]),
            organiser="organiser-1",
            region="350700",
            low=1,
            opened_on=NOON.date(),
            due_on=NOON.date(),
            version=1,
        )
        difference = PaymentDifference(
            id=new_id(),
            kind="paid",
            reference=new_id(),
            region="350700",
            day=NOON.date(),
            ours_fen=0,
            theirs_fen=1,
            found_at=NOON,
            version=1,
        )
        async with running.service.database.transaction() as session:
            session.add_all([follow_up, difference])
        yield Stage(
            running,
            ids={
                "activity_id": activity["id"],
                "quota_id": activity["quotas"][0]["id"],
                "ticket_id": activity["tickets"][0]["id"],
                "booth_id": activity["tickets"][1]["id"],
                "booking_id": booking["id"],
                "gate_id": door.gate["id"],
                "device_id": door.device["id"],
                "registration_id": registration["id"],
                "attendance_id": attendance["id"],
                "number": "NCPZ0J2S7C80EJJQA",
                "talent_id": str(talent.talent_id),
                "scan_id": str(uuid4()),
                "other_scan_id": str(uuid4()),
                "batch_id": str(uuid4()),
                "secret": "x" * 43,
                "file_id": (await world.bring(talent.headers, PDF)).json()["id"],
                "question": "proof",
                "curriculum_id": str(uuid4()),
                "follow_up_id": str(follow_up.id),
                "difference_id": str(difference.id),
                "hold_id": held.json()["id"],
                "invitation_id": invited.json()["items"][0]["id"],
            },
            logins={
                Role.TALENT: talent.login,
                Role.EMPLOYER: firm.login,
                Role.ORGANISER: "organiser-1",
                Role.REVIEWER: "reviewer-1",
            },
        )


class TestEveryEndpoint(EndpointChecks):
    ENDPOINTS = ENDPOINTS
