"""A project that an authority selected is paid once, whichever unit files it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from talent_contracts import EmployerRegistered
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceFactory, ServiceUnderTest, fresh_key
from talent_policy.models import Budget

from ..world import base_facts, deliver, employer, narrowed, observe, publish
from .story import ACCOUNT, NOON

LISTED = {
    "project.selected_as": "practical_research",
    "project.selected_year": 2025,
    "project.recipient": "organisation",
}


@dataclass
class Unit:
    """An enterprise with an account, which files projects and applies for them."""

    policy: ServiceUnderTest
    at: EmployerRegistered

    @property
    def agent(self) -> dict[str, str]:
        at = self.at.employer_id
        return self.policy.issuer.headers(self.at.agents[0], Role.EMPLOYER, employer=at)

    async def files(self) -> UUID:
        body = {"kind": "project", "employer_id": str(self.at.employer_id), "title": "新材料"}
        answer = await self.policy.client.post(
            "/v1/matters", json=body, headers=self.agent | fresh_key()
        )
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def applies(self, project: UUID, measure: str = "1.5") -> Any:
        body = {"measure": measure, "subject": {"kind": "project", "id": str(project)}}
        return await self.policy.client.post(
            "/v1/applications", json=body, headers=self.agent | fresh_key()
        )


@pytest.fixture
async def policy(policy_factory: ServiceFactory) -> Any:
    async with policy_factory.running() as service:
        service.clock.set(NOON)
        await publish(service, narrowed("1.5", "4.1"))
        async with service.service.database.transaction() as session:
            pools = (("science-talent", 2025), ("rural-talent", 2025), ("rural-talent", 2026))
            for pool, year in pools:
                session.add(Budget(pool=pool, region="350700", year=year, limit_fen=10**9))
        yield service


@pytest.fixture
async def units(policy: ServiceUnderTest) -> list[Unit]:
    made = [Unit(policy, employer(agents=(f"agent-{name}",))) for name in ("a", "b")]
    for unit in made:
        await deliver(policy, unit.at)
        answer = await policy.client.put("/v1/payees/me", json=ACCOUNT, headers=unit.agent)
        assert answer.status_code == 200, answer.text
    return made


async def lists(policy: ServiceUnderTest, project: UUID, **facts: Any) -> None:
    """Bring the decision on a project as the office that selected it."""
    office = policy.issuer.headers("talent-office", Role.SERVICE, region="350700")
    given = LISTED | {f"project.{name}": value for name, value in facts.items()}
    answer = await observe(policy, office, ("project", project), given)
    assert answer.status_code == 201, answer.text


async def approve(policy: ServiceUnderTest, made: dict[str, Any], **determined: bool) -> Any:
    who = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    return await policy.client.post(
        f"/v1/applications/{made['id']}/approve",
        json={
            "determinations": [
                {"requirement": name, "satisfied": satisfied, "reason": "经核实"}
                for name, satisfied in determined.items()
            ]
        },
        headers=who | fresh_key() | {"If-Match": f'"{made["version"]}"'},
    )


async def test_two_units_file_one_project_and_the_second_is_refused(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    projects = [await unit.files() for unit in units]
    for project, number in zip(projects, ("SY-2025-07", " sy–2025-07 "), strict=True):
        await lists(policy, project, selection_number=number)
    waiting = [await unit.applies(project) for unit, project in zip(units, projects, strict=True)]
    assert [each.status_code for each in waiting] == [201, 201]
    first = await approve(policy, waiting[0].json())
    assert (first.status_code, first.json()["amount_fen"]) == (200, 3_000_000)
    second = await approve(policy, waiting[1].json())
    assert (second.status_code, second.json()["code"]) == (409, "policy.already-claimed")
    late = await units[1].files()
    await lists(policy, late, selection_number="SY-2025-07")
    refused = await approve(policy, (await units[1].applies(late)).json())
    assert (refused.status_code, refused.json()["code"]) == (409, "policy.already-claimed")


async def test_each_has_its_part_of_a_project_that_the_decision_shares_out(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    shared = {"recipient": "shared", "recipient_part": 1_000_000}
    for part, unit in enumerate(units, 1):
        project = await unit.files()
        await lists(policy, project, selection_number=f"SY-2025-07/{part}", **shared)
        paid = await approve(policy, (await unit.applies(project)).json(), recipient=True)
        assert (paid.status_code, paid.json()["amount_fen"]) == (200, 1_000_000)


async def test_two_projects_of_two_units_are_both_paid(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    for place, unit in enumerate(units):
        project = await unit.files()
        await lists(policy, project, selection_number=f"SY-2025-0{place}")
        paid = await approve(policy, (await unit.applies(project)).json())
        assert (paid.status_code, paid.json()["amount_fen"]) == (200, 3_000_000)


async def test_two_units_have_no_more_interest_of_a_project_and_year_than_one(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    partner = base_facts("4.1") | {"project.selected_year": 2025, "project.interest_year": 2025}
    said = {name: value for name, value in partner.items() if name.startswith("project.")}
    projects = [await unit.files() for unit in units]
    reviewer = policy.issuer.headers("staff", Role.REVIEWER, region="350700")
    for project in projects:
        answer = await observe(policy, reviewer, ("project", project), said)
        assert answer.status_code == 201, answer.text
    running = (await units[0].applies(projects[0], "4.1")).json()
    first = await approve(policy, running, year=True)
    assert (first.status_code, first.json()["amount_fen"]) == (200, 3_000_000)
    policy.clock.set(datetime(2026, 2, 1, 4, tzinfo=UTC))
    second = await approve(policy, (await units[1].applies(projects[1], "4.1")).json())
    assert (second.status_code, second.json()["code"]) == (409, "policy.determination-missing")


async def test_nothing_is_paid_before_the_number_is_known(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    project = await units[0].files()
    await lists(policy, project)
    made = (await units[0].applies(project)).json()
    early = await approve(policy, made)
    assert (early.status_code, early.json()["code"]) == (409, "policy.facts-missing")
    assert early.json()["facts"] == ["project.selection_number"]
    await lists(policy, project, selection_number="SY-2025-07")
    assert (await approve(policy, made)).status_code == 200


async def test_a_project_granted_before_the_number_was_asked_for_is_refused(
    policy: ServiceUnderTest, units: list[Unit]
) -> None:
    project = await units[0].files()
    await lists(policy, project, selection_number="SY-2025-07", selection_granted_before=True)
    refused = await units[0].applies(project)
    assert refused.status_code == 409, refused.text
