"""Every list of the service on 10^5 rows: read by an index, never whole, never sorted whole."""

from typing import ClassVar
from uuid import UUID

import pytest_asyncio
import talent_registration
from talent_kit.pagination import PageParams
from talent_kit.testing.lists import ListChecks, fill, rows
from talent_registration.activities import repository as activities
from talent_registration.activities.finding import Near, Sought
from talent_registration.activities.places import Point
from talent_registration.attendance import repository as attendance
from talent_registration.bookings import repository as bookings
from talent_registration.certificates import repository as certificates
from talent_registration.checkins import repository as checkins
from talent_registration.curricula import repository as curricula
from talent_registration.guests import repository as guests
from talent_registration.models import Activity, Meeting, Person, Registration
from talent_registration.models.admission import Hold, Invitation
from talent_registration.models.certificates import Certificate
from talent_registration.models.employers import Booking
from talent_registration.models.files import Curriculum
from talent_registration.models.gates import Attendance, Scan
from talent_registration.models.payments import PaymentDifference
from talent_registration.models.ratings import RatingFollowUp
from talent_registration.payments import repository as payments
from talent_registration.ratings import repository as ratings
from talent_registration.registrations import repository as registrations

from .world import NOON

MANY = 100_000
MIDDLE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
SCOPE = ["350702", "350703", "350721", "350722", "350723", "350724"]
NEAR = Sought(near=Near(Point(26.64, 118.18), 20), until=NOON)
ONE = UUID("00000000-0000-4000-8000-000000000007")

ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
ONE_OF = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid"
REGION = "(ARRAY['350702', '350703', '350721', '330800', '340800'])[1 + n % 5]"
FILLED = (
    rows(Person, MANY, talent_id=ID, login="'login-' || n", region=REGION),
    rows(Curriculum, MANY, id=ID, booking_id=ONE_OF, activity_id=ONE_OF, talent_id=ID, file_id=ID),
    rows(
        RatingFollowUp,
        MANY,
        id=ID,
        region=REGION,
        activity_id=ONE_OF,
        organiser="'organiser-' || n % 1000",
    ),
    rows(
        Activity,
        MANY,
        id=ID,
        region=REGION,
        organiser="'organiser-' || n % 1000",
        closes_at="timestamptz '2025-01-02'",
        status="(ARRAY['published', 'draft', 'finished'])[1 + n % 3]",
    ),
    rows(
        Registration,
        MANY,
        id=ID,
        activity_id=ONE_OF,
        ticket_id=ONE_OF,
        talent_id=f"CASE n % 2 WHEN 0 THEN {ID} ELSE {ONE_OF} END",
        status="(ARRAY['cancelled', 'waiting', 'confirmed', 'requested'])[1 + n % 4]",
    ),
    rows(
        Scan,
        MANY,
        id=ID,
        scan_id=ID,
        activity_id=ONE_OF,
        result="(ARRAY['counted', 'conflict'])[1 + n % 2]",
        reason="(ARRAY[NULL, 'already-in'])[1 + n % 2]",
    ),
    rows(Attendance, MANY, id=ID, activity_id=ONE_OF, registration_id=ID),
    rows(
        Meeting,
        MANY,
        id=ID,
        activity_id=ID,
        ends_at="timestamptz '2025-01-02'",
        latitude="20 + n % 1000 / 100.0",
        longitude="110 + n % 777 / 50.0",
    ),
    rows(
        PaymentDifference,
        MANY,
        id=ID,
        reference=ID,
        region=REGION,
        organiser="'organiser-' || n % 1000",
    ),
    rows(Hold, MANY, id=ID, activity_id=ONE_OF, seats="n % 2"),
    rows(Invitation, MANY, id=ID, activity_id=ONE_OF, digest="n::text::bytea"),
    rows(Certificate, MANY, id=ID, number="'number-' || n", registration_id=ID, talent_id=ONE_OF),
    rows(
        Booking,
        MANY,
        id=ID,
        activity_id=ONE_OF,
        status="(ARRAY['cancelled', 'confirmed'])[1 + n / 7 % 2]",
        employer_id=ID,
    ),
)


@pytest_asyncio.fixture(scope="module")
async def filled(registration_factory):
    async with registration_factory.running() as running:
        # Nobody has two live registrations of an activity; here the shape is enough.
        drop = "DROP INDEX uq_registration_live"
        await fill(running.service.database, drop, *FILLED)
        yield running


class TestLists(ListChecks):
    PACKAGE = talent_registration
    LISTS: ClassVar = {
        "activities.page_of_published": lambda s: activities.page_of_published(s, None, MIDDLE),
        "activities.page_of_published region": lambda s: activities.page_of_published(
            s, SCOPE, MIDDLE
        ),
        "activities.page_of_published near": lambda s: activities.page_of_published(
            s, SCOPE, MIDDLE, NEAR
        ),
        "activities.page_of_organiser": lambda s: activities.page_of_organiser(
            s, "organiser-7", MIDDLE
        ),
        "activities.page_of_regions": lambda s: activities.page_of_regions(s, SCOPE, MIDDLE),
        "registrations.page_of_activity": lambda s: registrations.page_of_activity(s, ONE, MIDDLE),
        "registrations.page_of_activity requested": lambda s: registrations.page_of_activity(
            s, ONE, MIDDLE, requested=True
        ),
        "registrations.some_after": lambda s: registrations.some_after(s, ONE, MIDDLE.below, 500),
        "registrations.page_of_talent": lambda s: registrations.page_of_talent(s, ONE, MIDDLE),
        "checkins.page_of_conflicts": lambda s: checkins.page_of_conflicts(s, ONE, MIDDLE),
        "checkins.presence": lambda s: checkins.presence(s, ONE),
        "attendance.page_of_activity": lambda s: attendance.page_of_activity(s, ONE, MIDDLE),
        "guests.page_of_holds": lambda s: guests.page_of_holds(s, ONE, MIDDLE),
        "guests.page_of_invitations": lambda s: guests.page_of_invitations(s, ONE, MIDDLE),
        "certificates.page_of_talent": lambda s: certificates.page_of_talent(s, ONE, NOON, MIDDLE),
        "ratings.page_of_organiser": lambda s: ratings.page_of_organiser(s, "organiser-7", MIDDLE),
        "ratings.page_of_regions": lambda s: ratings.page_of_regions(s, SCOPE, MIDDLE),
        "curricula.page_of_booth": lambda s: curricula.page_of_booth(s, ONE, MIDDLE),
        "bookings.page_of_activity": lambda s: bookings.page_of_activity(s, ONE, MIDDLE),
        "bookings.page_of_exhibits": lambda s: bookings.page_of_exhibits(s, ONE, MIDDLE),
        "payments.page_of_organiser": lambda s: payments.page_of_organiser(
            s, "organiser-7", MIDDLE
        ),
        "payments.page_of_regions": lambda s: payments.page_of_regions(s, SCOPE, MIDDLE),
        "registrations.first_waiting": lambda s: registrations.first_waiting(s, ONE, 50),
    }
