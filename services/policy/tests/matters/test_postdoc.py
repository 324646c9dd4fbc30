"""Postdoc stations and doctors entering them pay (annex 1 article 2): offered by themselves."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlmodel import select
from talent_contracts import (
    EventData,
    FellowEntered,
    FellowExited,
    FellowUpdated,
    FellowWithdrawn,
    GrantAwarded,
    GrantEnded,
    StationClosed,
    StationRecognised,
    StationUpdated,
    TalentErased,
)
from talent_kit.auth import Role
from talent_kit.bus import Message
from talent_kit.identifiers import new_id
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.models import Budget, Matter, Observation
from talent_policy.models.settling import Difference

from ..applications.story import ACCOUNT, NOON
from ..disbursements.scripted_bank import ScriptedBank
from ..world import deliver, employer, envelope, narrowed, observe, publish, talent

STATION = {"kind": "workstation", "level": "national", "status": "active", "approval": "new"}
FELLOW = {"station_kind": "workstation", "entry": "first", "doctorate": "held"}


@pytest.fixture(scope="module")
async def policy(policy_factory: ServiceFactory) -> Any:
    """One service with the two measures: each test has a unit of its own."""
    async with policy_factory.running(parts={"bank": ScriptedBank()}) as service:
        service.clock.set(NOON)
        await publish(service, narrowed("1.2c", "1.2e"))
        async with service.service.database.transaction() as session:
            session.add(Budget(pool="science-talent", region="350700", year=2025, limit_fen=10**10))
        yield service


class Unit:
    """A unit with a station, registered in the city, with an account."""

    def __init__(self, policy: ServiceUnderTest) -> None:
        self.policy = policy
        self.at = employer(agents=(f"agent-{new_id()}",))
        self.headers = policy.issuer.headers(
            self.at.agents[0], Role.EMPLOYER, employer=self.at.employer_id
        )
        self.doctor = talent()
        self.station_id, self.fellow_id = new_id(), new_id()

    async def join(self) -> None:
        await deliver(self.policy, self.at, self.doctor)
        registry = self.policy.issuer.headers("registry-office", Role.SERVICE)
        registered = {"employer.kind": "enterprise", "employer.region": "350702"}
        await observe(self.policy, registry, ("organisation", self.at.employer_id), registered)
        await self.policy.client.put("/v1/payees/me", json=ACCOUNT, headers=self.headers)

    def station(self, event: Any = StationRecognised, /, **changes: Any) -> EventData:
        given = STATION | {
            "station_id": self.station_id,
            "employer_id": self.at.employer_id,
            "region": "350702",
            "approved_on": date(2025, 8, 1),
            "version": 1,
        }
        made: EventData = event(**given | changes)
        return made

    def fellow(self, event: Any = FellowEntered, /, **changes: Any) -> EventData:
        given = FELLOW | {
            "fellow_id": self.fellow_id,
            "talent_id": self.doctor.talent_id,
            "station_id": self.station_id,
            "employer_id": self.at.employer_id,
            "region": "350702",
            "status": "in_station",
            "entered_on": date(2025, 8, 15),
            "version": 1,
        }
        made: EventData = event(**given | changes)
        return made

    async def offers(self) -> dict[str, Any]:
        await self.policy.settle()
        answer = await self.policy.client.get("/v1/offers?status=open", headers=self.headers)
        return {each["measure"]: each for each in answer.json()["items"]}

    async def confirm(self, offer: dict[str, Any]) -> Any:
        headers = self.headers | fresh_key() | {"If-Match": f'"{offer["version"]}"'}
        path = f"/v1/offers/{offer['id']}/confirmation"
        answer = await self.policy.client.post(path, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        await self.policy.settle()
        return answer.json()

    async def paid(self) -> list[int]:
        listed = await self.policy.client.get("/v1/applications", headers=self.headers)
        found = []
        for each in listed.json()["items"]:
            path = f"/v1/applications/{each['id']}"
            shown = (await self.policy.client.get(path, headers=self.headers)).json()
            found += [one["amount_fen"] for one in shown["payments"] if one["status"] == "paid"]
        return sorted(found)

    async def outcome(self, measure: str) -> str:
        await self.policy.settle()
        listed = await self.policy.client.get("/v1/matches", headers=self.headers)
        [found] = [
            each["outcome"]
            for row in listed.json()["items"]
            for each in row["measures"]
            if each["id"] == measure
        ]
        return str(found)

    async def doubts(self) -> list[tuple[str, int]]:
        async with self.policy.service.database.transaction() as session:
            rows = (await session.exec(select(Difference))).all()
        mine = (await self.policy.client.get("/v1/applications", headers=self.headers)).json()
        subjects = {f"application:{each['id']}" for each in mine["items"]}
        return [(row.kind, row.ours_fen) for row in rows if row.subject in subjects]


@pytest.fixture
async def unit(policy: ServiceUnderTest) -> Unit:
    made = Unit(policy)
    await made.join()
    return made


async def test_both_payments_fall_due_by_themselves_once(unit: Unit) -> None:
    for _ in range(2):
        await deliver(unit.policy, unit.station(), unit.fellow())
    offered = await unit.offers()
    assert {name: each["amount_fen"] for name, each in offered.items()} == {
        "1.2c": 500_000_00,
        "1.2e": 50_000_00,
    }
    for offer in offered.values():
        await unit.confirm(offer)
    assert await unit.paid() == [50_000_00, 500_000_00]
    await deliver(unit.policy, unit.station(StationUpdated, version=2, status="warned"))
    await deliver(unit.policy, unit.fellow(FellowExited, version=2, status="completed"))
    assert await unit.offers() == {}
    assert await unit.doubts() == []
    finance = unit.policy.issuer.headers("finance", Role.FINANCE, region="350700")
    ledger = (await unit.policy.client.get("/v1/ledger", headers=finance)).json()
    assert ledger["total_fen"] == 0


async def test_it_may_come_before_anybody_is_known_and_out_of_order(
    policy: ServiceUnderTest,
) -> None:
    late = Unit(policy)
    await deliver(policy, late.fellow(FellowWithdrawn, version=3, status="left_early"))
    await deliver(policy, late.fellow(), late.station(StationUpdated, version=2), late.station())
    await late.join()
    assert list(await late.offers()) == ["1.2c"]
    assert await late.outcome("1.2e") == "needs_person"
    async with policy.service.database.transaction() as session:
        found = (await session.exec(select(Matter).where(Matter.id == late.fellow_id))).one()
    assert (found.kind, found.version) == ("fellowship", 3)


@pytest.mark.parametrize(
    ("transferred", "says"),
    [(False, "somebody left early"), (True, "station took the fellow over")],
)
async def test_who_goes_on_in_another_station_has_not_left_early(
    unit: Unit, transferred: bool, says: str
) -> None:
    left = {"status": "left_early", "ended_on": date(2025, 8, 20), "transferred": transferred}
    await deliver(unit.policy, unit.fellow(), unit.fellow(FellowWithdrawn, version=2, **left))
    answer = await unit.policy.client.get(
        "/v1/matches", headers=unit.headers | {"Accept-Language": "en"}
    )
    reasons = [
        requirement["why"]
        for item in answer.json()["items"]
        for measure in item["measures"]
        if (item["subject"]["id"], measure["id"]) == (str(unit.fellow_id), "1.2e")
        for requirement in measure["requirements"]
        if requirement["id"] == "standing"
    ]
    assert len(reasons) == 1
    assert says in reasons[0]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "eligible"),
        ({"level": "provincial"}, "ineligible"),
        ({"level": "city"}, "ineligible"),
        ({"kind": "mobile"}, "ineligible"),
        ({"kind": "practice_base"}, "ineligible"),
        ({"kind": "branch"}, "needs_person"),
        ({"approval": "changed"}, "needs_person"),
        ({"approval": "renewed"}, "ineligible"),
        ({"approved_on": date(2021, 4, 8)}, "needs_person"),
        ({"approved_on": date(2021, 4, 9)}, "eligible"),
        ({"approved_on": date(2025, 9, 1)}, "eligible"),
        ({"approved_on": date(2025, 9, 2)}, "ineligible"),
        ({"status": "revoked"}, "needs_person"),
        ({"status": "suspended"}, "eligible"),
    ],
)
async def test_what_a_station_must_be(unit: Unit, changes: dict[str, Any], outcome: str) -> None:
    await deliver(unit.policy, unit.station(StationUpdated, **changes))
    assert await unit.outcome("1.2c") == outcome


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"station_kind": "mobile"}, "needs_person"),
        ({"doctorate": "awaited"}, "needs_person"),
        ({"entry": "moved"}, "needs_person"),
        ({"entered_on": date(2025, 9, 1)}, "eligible"),
        ({"entered_on": date(2025, 9, 2)}, "ineligible"),
        ({"status": "left_early"}, "needs_person"),
        ({"entry": "unknown"}, "unknown"),
    ],
)
async def test_what_an_entry_must_be(unit: Unit, changes: dict[str, Any], outcome: str) -> None:
    await deliver(unit.policy, unit.fellow(**changes))
    assert await unit.outcome("1.2e") == outcome


async def test_what_was_taken_over_pays_only_what_an_office_says_of_it(unit: Unit) -> None:
    await deliver(unit.policy, unit.station(approval="unknown"), unit.fellow(entry="unknown"))
    assert await unit.offers() == {}
    office = unit.policy.issuer.headers("postdoc-office", Role.SERVICE)
    await observe(unit.policy, office, ("station", unit.station_id), {"station.approval": "new"})
    await observe(
        unit.policy, office, ("fellowship", unit.fellow_id), {"fellowship.entry": "again"}
    )
    assert (await unit.offers()).keys() == {"1.2c"}
    assert await unit.outcome("1.2e") == "needs_person"
    await deliver(unit.policy, unit.station(StationUpdated, approval="unknown", version=2))
    assert await unit.outcome("1.2c") == "eligible"


async def test_an_awaited_doctorate_that_comes_is_paid_then(unit: Unit) -> None:
    await deliver(unit.policy, unit.fellow(doctorate="awaited"))
    assert await unit.offers() == {}
    await deliver(unit.policy, unit.fellow(FellowUpdated, version=2))
    offered = await unit.offers()
    await unit.confirm(offered["1.2e"])
    assert await unit.paid() == [50_000_00]


@pytest.mark.parametrize(
    ("measure", "of", "kind", "changes"),
    [
        ("1.2c", "station", StationClosed, {"status": "revoked"}),
        ("1.2c", "station", StationUpdated, {"level": "provincial"}),
        ("1.2c", "station", StationUpdated, {"approved_on": date(2025, 8, 2)}),
        ("1.2c", "station", StationUpdated, {"employer_id": new_id()}),
        ("1.2e", "fellow", FellowWithdrawn, {"status": "left_early"}),
        ("1.2e", "fellow", FellowWithdrawn, {"status": "left_early", "transferred": True}),
        ("1.2e", "fellow", FellowUpdated, {"entry": "again"}),
        ("1.2e", "fellow", FellowUpdated, {"entered_on": date(2025, 8, 16)}),
        ("1.2e", "fellow", FellowUpdated, {"doctorate": "awaited"}),
    ],
)
async def test_what_was_paid_and_is_not_so_any_more_is_a_difference_once(
    unit: Unit, measure: str, of: str, kind: Any, changes: dict[str, Any]
) -> None:
    event = getattr(unit, of)
    await deliver(unit.policy, event())
    offered = await unit.offers()
    made = await unit.confirm(offered[measure])
    for _ in range(2):
        await deliver(unit.policy, event(kind, version=2, **changes))
    found = await unit.policy.client.get(
        "/v1/differences",
        headers=unit.policy.issuer.headers("finance", Role.FINANCE, region="350700"),
    )
    application = made["id"] if "measure" in made else made["application_id"]
    [doubt] = [
        row for row in found.json()["items"] if row["subject"] == f"application:{application}"
    ]
    assert (doubt["kind"], doubt["state"]) == ("postdoc_changed", "open")
    assert doubt["ours_fen"] == offered[measure]["amount_fen"]


async def test_what_is_told_again_later_raises_no_doubt(unit: Unit) -> None:
    await deliver(unit.policy, unit.station(version=3), unit.fellow(version=3))
    for offer in (await unit.offers()).values():
        await unit.confirm(offer)
    older = unit.station(StationUpdated, version=2, level="provincial")
    await deliver(unit.policy, older, unit.fellow(FellowUpdated, version=2, entry="again"))
    await deliver(unit.policy, unit.station(StationUpdated, version=3))
    assert await unit.doubts() == []


async def test_what_was_told_while_the_service_was_down_is_paid_later_once(
    policy_factory: ServiceFactory,
) -> None:
    """The events wait on the real bus; two come twice, as after a relay that was killed."""
    async with policy_factory.running(parts={"bank": ScriptedBank()}) as policy:
        policy.clock.set(NOON)
        await publish(policy, narrowed("1.2c", "1.2e"))
        async with policy.service.database.transaction() as session:
            session.add(Budget(pool="science-talent", region="350700", year=2025, limit_fen=10**10))
        unit = Unit(policy)
        await unit.join()
        entered = envelope(unit.fellow())
        told = [entered, envelope(unit.station()), entered, envelope(unit.fellow())]
        await policy.service.bus.publish(
            [
                Message("talent.postdoc", each.subject, each.model_dump_json().encode())
                for each in told
            ]
        )
        assert await unit.offers() == {}, "nobody has read it yet"
        reading = asyncio.create_task(policy.worker.consumer.run())
        for _ in range(300):
            if len(found := await unit.offers()) == 2:
                break
            await asyncio.sleep(0.1)
        for offer in found.values():
            await unit.confirm(offer)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert await unit.paid() == [50_000_00, 500_000_00]
        again = asyncio.create_task(policy.worker.consumer.run())
        await asyncio.sleep(0.5)
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)
        assert await unit.offers() == {}
        assert await unit.paid() == [50_000_00, 500_000_00]
        assert await unit.doubts() == []


@pytest.mark.parametrize("kept", [True, False])
async def test_a_grant_is_a_matter_with_its_facts(unit: Unit, kept: bool) -> None:
    given = {
        "grant_id": new_id(),
        "fellow_id": unit.fellow_id,
        "talent_id": unit.doctor.talent_id,
        "employer_id": unit.at.employer_id,
        "region": "320100",
        "programme": "excellent_postdoc",
        "year": 2025,
        "awarded_on": date(2025, 8, 20),
    }
    await deliver(unit.policy, GrantAwarded(**given, status="awarded", version=5))
    if not kept:
        await deliver(unit.policy, GrantEnded(**given, status="ended", version=6))
    async with unit.policy.service.database.transaction() as session:
        found = await session.get(Matter, given["grant_id"])
        rows = (
            await session.exec(
                select(Observation).where(Observation.subject_id == given["grant_id"])
            )
        ).all()
    assert found is not None
    assert (found.kind, found.region) == ("grant", "320100")
    newest = {row.name: row for row in sorted(rows, key=lambda each: each.recorded_at)}
    assert newest.keys() == {
        "grant.programme",
        "grant.year",
        "grant.awarded_on",
        "grant.standing",
    }


async def test_of_who_was_erased_no_fellowship_is_kept(unit: Unit) -> None:
    await deliver(unit.policy, TalentErased(talent_id=unit.doctor.talent_id, version=2))
    await deliver(unit.policy, unit.fellow())
    async with unit.policy.service.database.transaction() as session:
        found = await session.get(Matter, unit.fellow_id)
    assert found is None
