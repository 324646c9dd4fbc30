"""One login on both sides of a matter, or on the side that decides: nothing is paid by its word."""

from typing import Any

import pytest
from sqlalchemy import text
from talent_contracts import EmployerUpdated
from talent_kit.auth import Role
from talent_kit.testing.services import MovableClock, ServiceFactory, fresh_key

from ..disbursements.scripted_bank import ScriptedBank
from ..world import deliver, observe
from .story import Story, begin
from .test_integrity import code


@pytest.fixture
async def story(policy_factory: ServiceFactory) -> Any:
    parts = {"bank": ScriptedBank()}
    async with policy_factory.running(clock=MovableClock(), parts=parts) as policy:
        yield await begin(policy)


def agents(story: Story, version: int, *logins: str) -> EmployerUpdated:
    return EmployerUpdated(
        employer_id=story.employer_id,
        region="350702",
        kind="enterprise",
        agents=logins,
        version=version,
    )


async def joins(story: Story, login: str) -> None:
    await deliver(story.policy, agents(story, 2, "agent-login", login))


async def leaves(story: Story, login: str) -> None:
    await joins(story, login)
    await deliver(story.policy, agents(story, 3, "agent-login"))


async def leaves_at_once(story: Story, login: str) -> None:
    await deliver(
        story.policy,
        agents(story, 2, "agent-login", login),
        agents(story, 3, "agent-login"),
    )


async def comes_late(story: Story, login: str) -> None:
    await deliver(story.policy, agents(story, 3, "agent-login"))
    await deliver(story.policy, agents(story, 2, "agent-login", login))


WAYS = pytest.mark.parametrize("way", [joins, leaves, leaves_at_once, comes_late])


@WAYS
async def test_who_confirms_the_own_contract_is_reviewed(story: Story, way: Any) -> None:
    await way(story, story.login)
    made = (await story.apply()).json()
    assert (made["status"], made["payments"]) == ("pending", [])
    assessed = await story.read(made, "/assessment")
    assert "employment.contract_kind" in assessed["unverified"]
    assert code(await story.step(made, "approve", {})) == (409, "policy.facts-unverified")


async def test_a_contract_that_a_reviewer_saw_carries_it_to_release_and_not_at_once(
    story: Story,
) -> None:
    await joins(story, story.login)
    made = (await story.apply()).json()
    said = await observe(
        story.policy,
        story.staff(Role.REVIEWER),
        ("employment", story.employment_id),
        {
            "employment.contract_kind": "fixed_term",
            "employment.arrangement": "direct",
            "employment.contract_from": "2023-07-10",
            "employment.contract_until": "2026-07-09",
        },
    )
    assert said.status_code == 201, said.text
    approved = (await story.step(made, "approve", {})).json()
    assert [part["status"] for part in approved["payments"]] == ["ordered", "planned", "planned"]


async def test_another_agent_of_the_employer_changes_nothing(story: Story) -> None:
    await joins(story, "somebody-else")
    made = (await story.apply()).json()
    assert (made["status"], made["payments"][0]["status"]) == ("paying", "released")


@WAYS
async def test_who_left_the_agents_decides_nothing_of_the_employer(story: Story, way: Any) -> None:
    await way(story, "reviewer-x")
    made = (await story.apply("2.1")).json()
    headers = story.staff(Role.REVIEWER, "reviewer-x")
    job = ("employment", story.employment_id)
    said = await observe(story.policy, headers, job, {"employment.pension_gap": False})
    assert code(said) == (403, "policy.own-subject")
    for step, body in (("approve", {}), ("reject", {"reason": "no"}), ("return", {"reason": "no"})):
        answer = await story.step(made, step, body, headers)
        assert code(answer) == (403, "policy.own-application")
    approved = (await story.step(made, "approve", {})).json()
    assert code(await _release(story, approved, "reviewer-x")) == (403, "policy.own-payment")


async def test_who_applied_decides_nothing_of_it(story: Story) -> None:
    """Not even where no list of agents names the login any more."""
    made = (await story.apply("2.1")).json()
    async with story.policy.service.database.transaction() as session:
        await session.execute(text("UPDATE organisation SET agents = '{}', former_agents = '{}'"))
    headers = story.staff(Role.REVIEWER, "agent-login")
    for step, body in (("approve", {}), ("reject", {"reason": "no"}), ("return", {"reason": "no"})):
        answer = await story.step(made, step, body, headers)
        assert code(answer) == (403, "policy.own-application")
    approved = (await story.step(made, "approve", {})).json()
    assert code(await _release(story, approved, "agent-login")) == (403, "policy.own-payment")
    finance = story.staff(Role.FINANCE)
    region = {"region": "350700"}
    batch = await story.policy.client.post(
        "/v1/batches", json=region, headers=finance | fresh_key()
    )
    assert batch.status_code == 201, batch.text
    released = await story.policy.client.post(
        f"/v1/batches/{batch.json()['id']}/release",
        json={},
        headers=story.staff(Role.FINANCE, "agent-login") | fresh_key() | {"If-Match": '"1"'},
    )
    assert code(released) == (403, "policy.own-payment")


async def _release(story: Story, application: dict[str, Any], login: str) -> Any:
    payment = application["payments"][0]
    return await story.policy.client.post(
        f"/v1/payments/{payment['id']}/release",
        headers=story.staff(Role.FINANCE, login)
        | fresh_key()
        | {"If-Match": f'"{payment["version"]}"'},
    )
