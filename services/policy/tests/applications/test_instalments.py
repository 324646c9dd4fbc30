"""Instalments over years: owed on their day, stopped when the facts no longer hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select
from talent_contracts import EmploymentEnded
from talent_kit.testing.services import MovableClock, ServiceFactory, ServiceUnderTest
from talent_policy.models import Budget

from ..disbursements.scripted_bank import ScriptedBank
from ..world import deliver
from .story import Story, begin

DAY_BEFORE = datetime(2026, 8, 31, 15, 59, tzinfo=UTC)
THE_DAY = datetime(2026, 8, 31, 16, 0, tzinfo=UTC)
"""Midnight in Asia/Shanghai."""


@pytest.fixture
async def story(policy_factory: ServiceFactory) -> Any:
    parts = {"bank": ScriptedBank()}
    async with policy_factory.running(clock=MovableClock(), parts=parts) as policy:
        yield await begin(policy)


async def budgets(policy: ServiceUnderTest) -> dict[int, tuple[int, int | None]]:
    async with policy.service.database.transaction() as session:
        rows = (await session.exec(select(Budget))).all()
        return {row.year: (row.reserved_fen, row.limit_fen) for row in rows}


async def appropriate(policy: ServiceUnderTest, year: int) -> None:
    async with policy.service.database.transaction() as session:
        [row] = (await session.exec(select(Budget).where(Budget.year == year))).all()
        row.limit_fen = 10**9


async def statuses(story: Story, made: dict[str, Any]) -> list[str]:
    return [payment["status"] for payment in (await story.read(made))["payments"]]


async def test_owed_and_paid_on_the_day_and_not_before(story: Story) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    await policy.settle()
    await appropriate(policy, 2026)
    policy.clock.set(DAY_BEFORE)
    await policy.settle()
    assert await statuses(story, made) == ["paid", "planned", "planned"]
    policy.clock.set(THE_DAY)
    await policy.settle()
    assert await statuses(story, made) == ["paid", "paid", "planned"]


async def test_a_year_without_appropriation_waits(story: Story) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    policy.clock.set(THE_DAY)
    await policy.settle()
    assert await statuses(story, made) == ["paid", "planned", "planned"]
    await appropriate(policy, 2026)
    policy.clock.set(datetime(2026, 9, 1, 4, tzinfo=UTC))
    await policy.settle()
    assert await statuses(story, made) == ["paid", "paid", "planned"]


async def test_stopped_when_the_employment_has_ended(story: Story) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    await policy.settle()
    ended = EmploymentEnded(
        employment_id=story.employment_id,
        talent_id=story.talent_id,
        employer_id=story.employer_id,
        status="ended",
        arrangement="direct",
        contract_kind="fixed_term",
        contract_from="2023-07-10",
        contract_until="2026-07-09",
        ended_on="2026-03-31",
        version=3,
    )
    await deliver(policy, ended)
    policy.clock.set(THE_DAY)
    await policy.settle()
    assert await statuses(story, made) == ["paid", "stopped", "planned"]
    assert (await budgets(policy))[2026] == (0, None)
    assert (await budgets(policy))[2027] == (2_333_333, None)


async def test_stopped_when_a_fact_turns_out_false(story: Story) -> None:
    policy = story.policy
    made = (await story.apply()).json()
    await policy.settle()
    await appropriate(policy, 2026)
    await story.observe("school-office", person__study_mode="part_time")
    policy.clock.set(THE_DAY)
    await policy.settle()
    assert await statuses(story, made) == ["paid", "stopped", "planned"]
