"""Every list of the service on 10^5 rows: read by an index, never whole, never sorted whole."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import pytest
import talent_policy
from talent_kit.auth import Principal, Role
from talent_kit.clock import SystemClock
from talent_kit.pagination import OldestFirst, PageParams
from talent_kit.regions import region_and_below
from talent_kit.testing.lists import ListChecks, fill, rows
from talent_policy.applications import repository as applications
from talent_policy.batches import service as batches
from talent_policy.disbursements import reading as disbursements
from talent_policy.disbursements.schemas import PaymentQuery
from talent_policy.entitlements import repository as entitlements
from talent_policy.facts import repository as facts
from talent_policy.library import repository as library
from talent_policy.matters import repository as matters
from talent_policy.models import (
    Application,
    Batch,
    Budget,
    Correction,
    Difference,
    Employment,
    Match,
    MatchRun,
    Matter,
    Observation,
    Offer,
    PackVersion,
    Payment,
    Recovery,
    Statement,
)
from talent_policy.offers import repository as offers
from talent_policy.recoveries import service as recoveries
from talent_policy.rights import repository as rights
from talent_policy.statements import service as statements

MANY = 100_000
MIDDLE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
OLDEST = OldestFirst((datetime(2025, 6, 1, tzinfo=UTC), UUID(int=0)), 50)
SCOPE = region_and_below("350700", datetime.now(UTC).date())
STAFF = Principal("staff", frozenset({Role.FINANCE}), "350700", None)
CLOCK = SystemClock()
SOMEBODY = UUID("00000000-0000-4000-8000-000000000007")
SINCE, UNTIL = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)

ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
WHOSE = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid"
REGION = "(ARRAY['350702', '350703', '350721', '330800', '340800'])[1 + n % 5]"
AT = "timestamptz '2025-01-01' + n * interval '5 minutes'"
PARTY = "CASE n % 2 WHEN 0 THEN 'person' ELSE 'organisation' END"
FILLED = (
    rows(
        Application,
        MANY,
        id=ID,
        number="n::text",
        measure="'2.' || n % 7",
        region=REGION,
        subject_id=ID,
        talent_id=WHOSE,
        employer_id=WHOSE,
        payee_kind=PARTY,
        status="(ARRAY['pending', 'paid', 'approved'])[1 + n % 3]",
        step="(ARRAY['review', NULL, 'release'])[1 + n % 3]",
        submitted_at=AT,
    ),
    rows(
        Budget,
        MANY,
        id=ID,
        pool="n::text",
        region=REGION,
        limit_fen="CASE WHEN n % 1000 > 0 THEN 1 END",
    ),
    rows(
        Payment,
        MANY,
        id=ID,
        application_id=ID,
        region=REGION,
        payee_kind=PARTY,
        status="(ARRAY['ordered', 'paid', 'failed', 'planned'])[1 + n % 4]",
        budget_id=WHOSE,
        due="CURRENT_DATE + 30",
    ),
    rows(Batch, MANY, id=ID, region=REGION, status="(ARRAY['draft', 'settled'])[1 + n % 2]"),
    rows(Statement, MANY, id=ID, day="date '1900-01-01' + n", region=REGION, status="'asked'"),
    rows(
        Difference,
        MANY,
        id=ID,
        kind="'unknown_here'",
        subject="n::text",
        region=REGION,
        state="(ARRAY['open', 'explained'])[1 + n % 2]",
    ),
    rows(
        Recovery,
        MANY,
        id=ID,
        origin="'granted'",
        region=REGION,
        amount_fen="2",
        status="(ARRAY['ordered', 'settled'])[1 + n % 2]",
    ),
    rows(
        Correction,
        MANY,
        id=ID,
        talent_id=WHOSE,
        region=REGION,
        subject_id=ID,
        status="(ARRAY['open', 'corrected'])[1 + n % 2]",
    ),
    rows(
        Observation,
        MANY,
        id=ID,
        subject_kind="'organisation'",
        subject_id=WHOSE,
        name="n::text",
        value="'1'",
    ),
    rows(Employment, MANY, id=ID, talent_id=WHOSE, employer_id=WHOSE, status="'confirmed'"),
    rows(Matter, MANY, id=ID, kind="'project'", talent_id=WHOSE, employer_id=WHOSE, region=REGION),
    rows(PackVersion, MANY, id=ID, version="n"),
    rows(
        Match,
        MANY,
        id=ID,
        subject_id=ID,
        measure="'2.' || n % 7",
        region=REGION,
        outcome="(ARRAY['eligible', 'unknown', 'needs_person'])[1 + n % 3]",
        applied="n % 2 = 0",
    ),
    rows(MatchRun, MANY, id=ID, key="n::text", region=f"CASE WHEN n % 3 > 0 THEN {REGION} END"),
    rows(
        Offer,
        MANY,
        id=ID,
        talent_id=WHOSE,
        employer_id=WHOSE,
        payee_kind=PARTY,
        status="(ARRAY['open', 'confirmed', 'lapsed'])[1 + n % 3]",
    ),
)


@pytest.fixture(scope="module")
async def filled(policy_factory):
    async with policy_factory.running() as policy:
        await fill(policy.service.database, *FILLED)
        yield policy


def work(measure=None, submitted=(None, None)):
    return lambda session: applications.waiting(
        session, SCOPE, "review", measure, submitted, OLDEST
    )


class TestLists(ListChecks):
    PACKAGE = talent_policy
    LISTS: ClassVar = {
        "batches.page": lambda s: batches.page(s, CLOCK, STAFF, None, MIDDLE),
        "batches.page status": lambda s: batches.page(s, CLOCK, STAFF, "draft", MIDDLE),
        "statements.statements": lambda s: statements.statements(s, CLOCK, STAFF, MIDDLE),
        "statements.differences": lambda s: statements.differences(s, CLOCK, STAFF, None, MIDDLE),
        "statements.differences state": lambda s: statements.differences(
            s, CLOCK, STAFF, "open", MIDDLE
        ),
        "recoveries.page": lambda s: recoveries.page(s, CLOCK, STAFF, None, MIDDLE),
        "recoveries.page status": lambda s: recoveries.page(s, CLOCK, STAFF, "ordered", MIDDLE),
        "applications.of_talent": lambda s: applications.of_talent(s, SOMEBODY, None, MIDDLE),
        "applications.of_talent status": lambda s: applications.of_talent(
            s, SOMEBODY, "pending", MIDDLE
        ),
        "applications.of_employer": lambda s: applications.of_employer(s, SOMEBODY, None, MIDDLE),
        "applications.of_employer status": lambda s: applications.of_employer(
            s, SOMEBODY, "pending", MIDDLE
        ),
        "applications.of_regions": lambda s: applications.of_regions(s, SCOPE, None, MIDDLE),
        "applications.of_regions status": lambda s: applications.of_regions(
            s, SCOPE, "pending", MIDDLE
        ),
        "applications.by_number": lambda s: applications.by_number(s, "77"),
        "applications.waiting": work(),
        "applications.waiting measure": work("2.2"),
        "applications.waiting submitted": work(submitted=(SINCE, UNTIL)),
        "applications.waiting both": work("2.2", (SINCE, UNTIL)),
        "disbursements.budgets": lambda s: disbursements.budgets(s, CLOCK, STAFF, MIDDLE),
        "disbursements.payments": lambda s: disbursements.payments(
            s, CLOCK, STAFF, PaymentQuery(), MIDDLE
        ),
        "disbursements.payments status": lambda s: disbursements.payments(
            s, CLOCK, STAFF, PaymentQuery(status="ordered"), MIDDLE
        ),
        "disbursements.payments waiting": lambda s: disbursements.payments(
            s, CLOCK, STAFF, PaymentQuery(waiting="budget"), MIDDLE
        ),
        "entitlements.page": lambda s: entitlements.page(
            s, SCOPE, {"outcome": "eligible", "applied": False}, MIDDLE
        ),
        "entitlements.page measure": lambda s: entitlements.page(
            s, SCOPE, {"outcome": "eligible", "measure": "2.2"}, MIDDLE
        ),
        "entitlements.run_page": lambda s: entitlements.run_page(s, SCOPE, MIDDLE),
        "offers.page talent": lambda s: offers.page(s, MIDDLE, None, talent_id=SOMEBODY),
        "offers.page employer": lambda s: offers.page(s, MIDDLE, "open", employer_id=SOMEBODY),
        "facts.observations_page": lambda s: facts.observations_page(
            s, "organisation", SOMEBODY, MIDDLE
        ),
        "facts.subject_page talent": lambda s: facts.subject_page(s, MIDDLE, talent_id=SOMEBODY),
        "facts.subject_page employer": lambda s: facts.subject_page(
            s, MIDDLE, employer_id=SOMEBODY
        ),
        "matters.of_talent": lambda s: matters.of_talent(s, SOMEBODY, MIDDLE),
        "matters.of_employer": lambda s: matters.of_employer(s, SOMEBODY, MIDDLE),
        "matters.of_regions": lambda s: matters.of_regions(s, SCOPE, MIDDLE),
        "library.page": lambda s: library.page(s, MIDDLE),
        "rights.corrections_of": lambda s: rights.corrections_of(s, SOMEBODY, MIDDLE),
        "rights.corrections_in": lambda s: rights.corrections_in(s, SCOPE, None, MIDDLE),
        "rights.corrections_in status": lambda s: rights.corrections_in(s, SCOPE, "open", MIDDLE),
    }
