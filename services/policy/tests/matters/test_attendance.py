"""Attendance pays (annex 2 article 4): from registration's word to the bank, and what stops it."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from talent_contracts import TalentErased
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.models import Budget, Matter, Observation

from ..applications.story import ACCOUNT, NOON
from ..disbursements.scripted_bank import ScriptedBank
from ..world import attendance, deliver, employer, narrowed, observe, publish, talent

DAY = date(2025, 8, 30)


@pytest.fixture(scope="module")
async def policy(policy_factory: ServiceFactory) -> Any:
    """One service with the two measures: each test has people of its own."""
    async with policy_factory.running(parts={"bank": ScriptedBank()}) as service:
        service.clock.set(NOON)
        await publish(service, narrowed("2.4a", "2.4b"))
        async with service.service.database.transaction() as session:
            session.add(Budget(pool="youth-talent", region="350700", year=2025, limit_fen=10**9))
        yield service


async def matters(policy: ServiceUnderTest, who: Any) -> list[Matter]:
    party = Matter.talent_id == getattr(who, "talent_id", None)
    if hasattr(who, "employer_id"):
        party = Matter.employer_id == who.employer_id
    async with policy.service.database.transaction() as session:
        return list((await session.exec(select(Matter).where(party))).all())


async def rows_of(policy: ServiceUnderTest, subject: Any) -> list[Observation]:
    async with policy.service.database.transaction() as session:
        query = select(Observation).where(Observation.subject_id == subject)
        return list((await session.exec(query)).all())


async def approve(policy: ServiceUnderTest, made: dict[str, Any]) -> Any:
    reviewer = policy.issuer.headers("reviewer", Role.REVIEWER, region="350700")
    return await policy.client.post(
        f"/v1/applications/{made['id']}/approve",
        json={},
        headers=reviewer | fresh_key() | {"If-Match": f'"{made["version"]}"'},
    )


class Traveller:
    """A talent who was at fairs."""

    def __init__(self, policy: ServiceUnderTest) -> None:
        self.policy, self.who = policy, talent(region="310000")
        self.headers = policy.issuer.headers(self.who.login, Role.TALENT)

    async def goes(self, **changes: Any) -> str:
        """Be at a fair; return the matter's id."""
        event = attendance(self.who, **changes)
        await deliver(self.policy, event)
        return str(event.attendance_id)

    async def says(self, trip: str, client: str = "", **facts: Any) -> None:
        """Say of the journey; a client of an authority verifies."""
        who = self.policy.issuer.headers(client, Role.SERVICE) if client else self.headers
        given = {f"trip.{name}": value for name, value in facts.items()}
        answer = await observe(self.policy, who, ("trip", trip), given)
        assert answer.status_code == 201, answer.text

    async def match(self, trip: str) -> dict[str, Any]:
        listed = (await self.policy.client.get("/v1/matches", headers=self.headers)).json()
        [found] = [row for row in listed["items"] if row["subject"]["id"] == trip]
        [measure] = found["measures"]
        return dict(measure)

    async def apply(self, trip: str) -> Any:
        body = {"measure": "2.4a", "subject": {"kind": "trip", "id": trip}}
        await self.policy.client.put("/v1/payees/me", json=ACCOUNT, headers=self.headers)
        return await self.policy.client.post(
            "/v1/applications", json=body, headers=self.headers | fresh_key()
        )


@pytest.fixture
async def traveller(policy: ServiceUnderTest) -> Traveller:
    made = Traveller(policy)
    await deliver(policy, made.who)
    return made


async def test_attendance_becomes_a_matter_of_which_registration_says_all_it_knows(
    policy: ServiceUnderTest, traveller: Traveller
) -> None:
    event = attendance(traveller.who, host="joint", held_in="350721", invited=False)
    await deliver(policy, event)
    await deliver(policy, event)
    [matter] = await matters(policy, traveller.who)
    assert (matter.id, matter.kind, matter.region) == (event.attendance_id, "trip", "350700")
    path = f"/v1/observations?kind=trip&id={matter.id}"
    shown = (await policy.client.get(path, headers=traveller.headers)).json()["items"]
    assert {(row["source"], row["verified"]) for row in shown} == {("registration", True)}
    assert {row["name"].removeprefix("trip."): row["value"] for row in shown} == {
        "event_on": "2025-08-30",
        "event_place": "county",
        "event_host": "joint",
        "recruitment": True,
        "invited": False,
        "attended": True,
    }
    stored = await rows_of(policy, matter.id)
    assert {row.talent_id for row in stored} == {traveller.who.talent_id}, "sealed"


async def test_what_is_no_recruitment_event_makes_no_matter(traveller: Traveller) -> None:
    await traveller.goes(recruitment=False, kind="training")
    assert await matters(traveller.policy, traveller.who) == []


async def test_it_may_come_before_the_talent_and_out_of_order(policy: ServiceUnderTest) -> None:
    late = Traveller(policy)
    revoked = attendance(late.who, confirmed=False)
    confirmed = attendance(late.who, attendance_id=revoked.attendance_id)
    await deliver(policy, revoked, confirmed)
    await deliver(policy, late.who)
    trip = str(revoked.attendance_id)
    shown = await late.match(trip)
    states = {each["id"]: each["state"] for each in shown["requirements"]}
    assert (shown["outcome"], states["came"]) == ("ineligible", "false")


async def test_who_was_erased_has_no_journeys(policy: ServiceUnderTest) -> None:
    gone, other = Traveller(policy), Traveller(policy)
    await deliver(
        policy, gone.who, other.who, TalentErased(talent_id=gone.who.talent_id, version=2)
    )
    trip = await gone.goes()
    await deliver(policy, attendance(gone.who), attendance(other.who))
    assert await matters(policy, gone.who) == []
    assert await rows_of(policy, trip) == []
    assert len(await matters(policy, other.who)) == 1


@pytest.mark.parametrize(
    ("departure", "yuan"),
    [("350100", 500), ("330100", 1000), ("110000", 1500)],
    ids=["Fuzhou", "Hangzhou", "Beijing"],
)
async def test_it_pays_by_the_place_of_departure(
    policy: ServiceUnderTest, traveller: Traveller, departure: str, yuan: int
) -> None:
    school = policy.issuer.headers("school-office", Role.SERVICE)
    degree = {
        "person.degree": "master",
        "person.study_mode": "full_time",
        "person.graduated_on": "2025-06-30",
    }
    subject = ("person", traveller.who.talent_id)
    assert (await observe(policy, school, subject, degree)).status_code == 201
    trip = await traveller.goes()
    found = await traveller.match(trip)
    assert (found["outcome"], found["missing"]) == ("unknown", ["trip.departure_region"])
    await traveller.says(trip, departure_region=departure)
    found = await traveller.match(trip)
    assert (found["outcome"], found["amount_fen"]) == ("eligible", yuan * 100)
    assert not found["on_verified_facts"]
    await traveller.says(trip, "talent-office", departure_region=departure)
    made = await traveller.apply(trip)
    assert (made.status_code, made.json()["status"]) == (201, "paying"), made.text
    await policy.settle()
    path = f"/v1/applications/{made.json()['id']}"
    paid = (await policy.client.get(path, headers=traveller.headers)).json()
    assert [(each["amount_fen"], each["status"]) for each in paid["payments"]] == [
        (yuan * 100, "paid")
    ]
    finance = policy.issuer.headers("finance", Role.FINANCE, region="350700")
    ledger = (await policy.client.get("/v1/ledger", headers=finance)).json()
    owed = {row["kind"]: row["balance_fen"] for row in ledger["accounts"]}["payable"]
    assert (ledger["total_fen"], owed) == (0, 0)
    again = await traveller.apply(trip)
    assert (again.status_code, again.json()["code"]) == (409, "policy.already-claimed")
    same_day = await traveller.goes()
    await traveller.says(same_day, "talent-office", departure_region=departure)
    twice = await traveller.apply(same_day)
    assert (twice.status_code, twice.json()["code"]) == (409, "policy.already-claimed")
    later = await traveller.goes(attended_on=date(2025, 8, 31))
    await traveller.says(later, "talent-office", departure_region=departure)
    assert (await traveller.match(later))["outcome"] == "needs_person"


async def test_a_province_that_the_river_crosses_needs_a_person(
    policy: ServiceUnderTest, traveller: Traveller
) -> None:
    trip = await traveller.goes()
    await traveller.says(
        trip,
        "talent-office",
        departure_region="420000",
        study="bachelor_graduate",
        study_mode="full_time",
        scarce_subject=True,
    )
    assert (await traveller.match(trip))["outcome"] == "needs_person"
    made = (await traveller.apply(trip)).json()
    assert made["status"] == "pending"
    reviewer = policy.issuer.headers("reviewer", Role.REVIEWER, region="350700")
    said = await observe(policy, reviewer, ("trip", trip), {"trip.bank": "north"})  # type: ignore[arg-type]
    assert said.status_code == 201
    approved = await approve(policy, made)
    assert approved.status_code == 200, approved.text
    assert (approved.json()["status"], approved.json()["amount_fen"]) == ("approved", 150000)


async def test_what_rests_on_a_revoked_attendance_is_paid_once_finance_has_looked(
    policy: ServiceUnderTest, traveller: Traveller
) -> None:
    trip = await traveller.goes()
    place = {"departure_region": "330100", "study": "postgraduate", "study_mode": "full_time"}
    await traveller.says(trip, **place)
    made = (await traveller.apply(trip)).json()
    reviewer = policy.issuer.headers("reviewer", Role.REVIEWER, region="350700")
    verified = {f"trip.{name}": value for name, value in place.items()}
    await observe(policy, reviewer, ("trip", trip), verified)  # type: ignore[arg-type]
    await approve(policy, made)
    finance = policy.issuer.headers("finance", Role.FINANCE, region="350700")

    async def send(path: str, version: int, body: Any = None) -> Any:
        headers = finance | fresh_key() | {"If-Match": f'"{version}"'}
        return await policy.client.post(path, json=body, headers=headers)

    [payment] = (
        await policy.client.get(f"/v1/applications/{made['id']}", headers=reviewer)
    ).json()["payments"]
    [matter] = await matters(policy, traveller.who)
    revoked = attendance(traveller.who, confirmed=False, attendance_id=matter.id)
    await deliver(policy, revoked)
    await deliver(policy, revoked)
    [doubt] = [
        row
        for row in (await policy.client.get("/v1/differences", headers=finance)).json()["items"]
        if row["subject"] == f"application:{made['id']}"
    ]
    assert (doubt["kind"], doubt["ours_fen"], doubt["state"]) == ("attendance_revoked", 0, "open")
    path = f"/v1/payments/{payment['id']}/release"
    refused = await send(path, payment["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "policy.not-releasable")
    note = {"note": "Revoked by mistake: the organiser wrote so."}
    explained = await send(f"/v1/differences/{doubt['id']}/explain", doubt["version"], note)
    assert explained.status_code == 200, explained.text
    assert (await send(path, payment["version"])).status_code == 200


async def test_what_is_revoked_is_not_granted(traveller: Traveller) -> None:
    policy = traveller.policy
    trip = await traveller.goes()
    known = {"study": "postgraduate", "study_mode": "full_time"}
    await traveller.says(trip, departure_region="330100", **known)
    made = (await traveller.apply(trip)).json()
    assert made["status"] == "pending", "nobody has verified where the journey began"
    [matter] = await matters(policy, traveller.who)
    await deliver(policy, attendance(traveller.who, confirmed=False, attendance_id=matter.id))
    assert (await traveller.match(trip))["outcome"] == "ineligible"
    reviewer = policy.issuer.headers("reviewer", Role.REVIEWER, region="350700")
    await observe(
        policy,
        reviewer,
        ("trip", matter.id),
        {"trip.departure_region": "330100", "trip.study": "postgraduate"}
        | {"trip.study_mode": "full_time", "trip.attended": True},
    )
    refused = await approve(policy, made)
    assert (refused.status_code, refused.json()["code"]) == (409, "policy.not-eligible")


async def test_an_employer_s_cost_of_a_fair_outside(policy: ServiceUnderTest) -> None:
    at = employer(agents=("agent-of-fairs",))
    headers = policy.issuer.headers("agent-of-fairs", Role.EMPLOYER, employer=at.employer_id)
    event = attendance(at, kind="campus_trip", held_in="420100", invited=False)
    await deliver(policy, at, event)
    [matter] = await matters(policy, at)
    assert (matter.id, matter.kind) == (event.attendance_id, "fair")
    registry = policy.issuer.headers("registry-office", Role.SERVICE)
    registered = {"employer.kind": "enterprise", "employer.region": "350702"}
    await observe(policy, registry, ("organisation", at.employer_id), registered)
    await observe(policy, headers, ("fair", matter.id), {"fair.travel_cost": 386450})
    [found] = [
        row
        for row in (await policy.client.get("/v1/matches", headers=headers)).json()["items"]
        if row["subject"]["id"] == str(matter.id)
    ]
    [measure] = found["measures"]
    assert (measure["id"], measure["outcome"], measure["amount_fen"]) == (
        "2.4b",
        "eligible",
        386450,
    )
    sources = {each["name"]: each["source"] for each in measure["facts"]}
    assert {name for name, source in sources.items() if source == "registration"} == {
        f"fair.{name}"
        for name in ("held_on", "event_number", "place", "organiser", "collective", "attended")
    }
    assert sources["fair.travel_cost"] == "agent"
