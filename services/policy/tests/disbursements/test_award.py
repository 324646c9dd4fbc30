"""Awards: claims, budgets and the ledger, under races and at every limit."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from talent_kit.auth import Principal, Role
from talent_kit.testing.services import MovableClock, ServiceFactory, ServiceUnderTest
from talent_policy.disbursements import reading, service
from talent_policy.disbursements.errors import AlreadyClaimed, BudgetExhausted, BudgetMissing
from talent_policy.disbursements.schemas import Award
from talent_policy.models import BankOrder, Budget, Claim, Payment, Transfer
from talent_policy.packs.deciding import Instalment

TODAY = date(2026, 6, 1)


def award(**changes: Any) -> Award:
    given: dict[str, Any] = {
        "application_id": uuid4(),
        "measure": "2.2",
        "region": "350700",
        "payee_kind": "person",
        "payee_owner": uuid4(),
        "pool": "youth",
        "pool_region": "350700",
        "claims": (("2.2", uuid4().hex),),
        "instalments": (Instalment(TODAY, 100),),
        "approved_by": "reviewer-1",
    }
    return Award(**given | changes)


@pytest.fixture
async def policy(policy_factory: ServiceFactory):
    from datetime import UTC, datetime

    clock = MovableClock(datetime(2026, 6, 1, 4, tzinfo=UTC))
    async with policy_factory.running(clock=clock) as running:
        yield running


async def budget(policy: ServiceUnderTest, limit: int | None, year: int = 2026) -> UUID:
    async with policy.service.database.transaction() as session:
        made = Budget(pool="youth", region="350700", year=year, limit_fen=limit)
        session.add(made)
    return made.id


async def give(policy: ServiceUnderTest, given: Award) -> list[Payment]:
    async with policy.service.database.transaction() as session:
        return await service.award(session, policy.clock, given)


async def count(policy: ServiceUnderTest, table: Any) -> int:
    async with policy.service.database.transaction() as session:
        return len((await session.exec(select(table))).all())


@pytest.mark.parametrize(("limit", "fits"), [(99, False), (100, True), (101, True)])
async def test_a_budget_gives_up_to_its_limit(
    policy: ServiceUnderTest, limit: int, fits: bool
) -> None:
    await budget(policy, limit)
    if fits:
        [payment] = await give(policy, award())
        assert (payment.status, payment.amount_fen) == ("ordered", 100)
    else:
        with pytest.raises(BudgetExhausted):
            await give(policy, award())
        assert await count(policy, Claim) == await count(policy, Transfer) == 0


async def test_without_a_budget_nothing_is_owed(policy: ServiceUnderTest) -> None:
    with pytest.raises(BudgetMissing):
        await give(policy, award())
    await budget(policy, None)
    with pytest.raises(BudgetMissing):
        await give(policy, award())
    assert await count(policy, Payment) == 0


async def test_later_instalments_reserve_their_own_year_and_owe_nothing_yet(
    policy: ServiceUnderTest,
) -> None:
    this_year = await budget(policy, 40)
    parts = (
        Instalment(TODAY, 40),
        Instalment(date(2027, 6, 1), 30),
        Instalment(date(2028, 6, 1), 30),
    )
    payments = await give(policy, award(instalments=parts))
    assert [payment.status for payment in payments] == ["ordered", "planned", "planned"]
    async with policy.service.database.transaction() as session:
        rows = (await session.exec(select(Budget))).all()
        assert {row.year: (row.reserved_fen, row.limit_fen) for row in rows} == {
            2026: (40, 40),
            2027: (30, None),
            2028: (30, None),
        }
        assert {row.id for row in rows} >= {this_year}
        assert [row.amount_fen for row in (await session.exec(select(Transfer))).all()] == [40]


async def test_a_later_year_that_is_full_refuses_the_whole_award(policy: ServiceUnderTest) -> None:
    await budget(policy, 1000)
    await budget(policy, 29, year=2027)
    parts = (Instalment(TODAY, 40), Instalment(date(2027, 6, 1), 30))
    with pytest.raises(BudgetExhausted):
        await give(policy, award(instalments=parts))
    assert await count(policy, Payment) == await count(policy, Claim) == 0


async def test_one_fact_is_paid_once(policy: ServiceUnderTest) -> None:
    await budget(policy, 1000)
    claims = (("2.2", "person:1"),)
    await give(policy, award(claims=claims))
    with pytest.raises(AlreadyClaimed):
        await give(policy, award(claims=claims))
    await give(policy, award(claims=(("2.1", "person:1"),)))
    assert await count(policy, Payment) == 2


async def test_twenty_race_for_the_last_unit_of_a_budget(policy: ServiceUnderTest) -> None:
    await budget(policy, 199)
    results = await asyncio.gather(
        *(give(policy, award()) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, list) for result in results) == 1
    assert sum(isinstance(result, BudgetExhausted) for result in results) == 19
    assert await count(policy, Transfer) == 1


async def test_twenty_race_for_one_claim(policy: ServiceUnderTest) -> None:
    await budget(policy, 100_000)
    claims = (("2.2", "person:1"), ("2.2", "person:2"))
    results = await asyncio.gather(
        *(give(policy, award(claims=claims)) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, list) for result in results) == 1
    assert sum(isinstance(result, AlreadyClaimed) for result in results) == 19
    async with policy.service.database.transaction() as session:
        [row] = (await session.exec(select(Budget))).all()
        assert row.reserved_fen == 100


async def test_a_standing_release_orders_at_the_bank_at_once(policy: ServiceUnderTest) -> None:
    await budget(policy, 1000)
    [payment] = await give(policy, award(approved_by=None))
    assert payment.status == "released"
    async with policy.service.database.transaction() as session:
        [order] = (await session.exec(select(BankOrder))).all()
        assert (order.payment_id, order.status, order.attempt) == (payment.id, "ready", 1)


async def test_the_ledger_sums_to_zero_and_cannot_be_changed(policy: ServiceUnderTest) -> None:
    await budget(policy, 1000)
    await give(policy, award())
    async with policy.service.database.transaction() as session:
        who = Principal("finance", frozenset({Role.FINANCE}), "350700", None)
        ledger = await reading.ledger(session, policy.clock, who)
    assert ledger.total_fen == 0
    assert {row.kind: row.balance_fen for row in ledger.accounts} == {
        "budget": -100,
        "payable": 100,
    }
    for statement in ("UPDATE transfer SET amount_fen = 1", "DELETE FROM transfer"):
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        with pytest.raises(DBAPIError, match="immutable"):
            async with policy.service.database.transaction() as session:
                await session.execute(text(statement))
