"""Whatever happens to money: the ledger sums to zero, and agrees with what it stands for."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select
from talent_policy.disbursements.errors import AlreadyClaimed, BudgetExhausted
from talent_policy.models import BankOrder, Budget, Payment, Recovery

from .desk import CHECKER, MAKER, Desk
from .scripted_bank import (
    books,
    books_but_stays_silent,
    books_less,
    books_more,
    never_hears_it,
    refuses,
)

STEPS = (books, books, books_but_stays_silent, books_less, books_more, never_hears_it, refuses)


class History:
    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.rng = desk, random.Random(seed)
        self.claims = [uuid4().hex for _ in range(12)]
        self.acts = [
            *[self.award] * 4,
            *[self.release] * 4,
            *[self.settle] * 3,
            self.batch,
            self.cancel,
            self.resolve,
            self.recover,
            self.pay_back,
            self.bring_back,
            self.write_off,
        ]

    async def rows(self, table: Any, *status: str) -> list[Any]:
        async with self.desk.policy.service.database.transaction() as session:
            found = (await session.exec(select(table).order_by(table.id))).all()
        return [row for row in found if row.status in status]

    async def one(self, table: Any, *status: str) -> Any:
        found = await self.rows(table, *status)
        return self.rng.choice(found) if found else None

    async def award(self) -> None:
        try:
            await self.desk.owed(
                self.rng.randint(1, 100),
                claims=(("2.2", self.rng.choice(self.claims)),),
                region=self.rng.choice(["350700", "350702"]),
            )
        except (AlreadyClaimed, BudgetExhausted):
            return

    async def release(self) -> None:
        payment = await self.one(Payment, "ordered", "failed")
        if payment:
            self.desk.bank.steps = [self.rng.choice(STEPS)]
            await self.desk.release(payment.id)

    async def settle(self) -> None:
        self.desk.policy.clock.move(timedelta(seconds=self.rng.randint(1, 600)))
        await self.desk.policy.settle()

    async def batch(self) -> None:
        made = (await self.desk.post("/v1/batches", {"region": "350700"})).json()
        if "id" in made:
            url = f"/v1/batches/{made['id']}/release"
            await self.desk.post(url, {}, made["version"], CHECKER)

    async def cancel(self) -> None:
        payment = await self.one(Payment, "ordered", "failed")
        if payment:
            await self.desk.post(f"/v1/payments/{payment.id}/cancel", version=payment.version)

    async def resolve(self) -> None:
        payment = await self.one(Payment, "disputed")
        for number, who in enumerate((MAKER, CHECKER) if payment else ()):
            body = {"outcome": "paid", "note": "asked"}
            url = f"/v1/payments/{payment.id}/resolve"
            await self.desk.post(url, body, payment.version + number, who)

    async def recover(self) -> None:
        payment = await self.one(Payment, "paid")
        left = payment.paid_fen - payment.recovering_fen if payment else 0
        if left > 0:
            body = {
                "application_id": str(payment.application_id),
                "amount_fen": self.rng.randint(1, left),
                "reason": "false",
            }
            made = (await self.desk.post("/v1/recoveries", body)).json()
            url = f"/v1/recoveries/{made['id']}/confirm"
            await self.desk.post(url, version=made["version"], who=CHECKER)

    async def pay_back(self) -> None:
        recovery = await self.one(Recovery, "ordered")
        if recovery:
            left = recovery.amount_fen - recovery.repaid_fen - recovery.written_off_fen
            self.desk.bank.line(
                "in", self.rng.randint(1, left), reference=f"R{recovery.number:010d}"
            )
            self.desk.policy.clock.move(timedelta(seconds=1))
            await self.desk.post("/v1/statements", {"day": "2026-06-01"})
            await self.desk.policy.settle()

    async def bring_back(self) -> None:
        """The bank returns an order, entirely (退汇)."""
        payment = await self.one(Payment, "paid")
        orders = await self.rows(BankOrder, "booked")
        order = next((row for row in orders if payment and row.payment_id == payment.id), None)
        if order and not payment.recovering_fen:
            self.desk.bank.line("in", order.booked_fen, reference=str(order.id))
            self.desk.policy.clock.move(timedelta(seconds=1))
            await self.desk.post("/v1/statements", {"day": "2026-06-01"})
            await self.desk.policy.settle()

    async def write_off(self) -> None:
        recovery = await self.one(Recovery, "ordered")
        left = recovery and recovery.amount_fen - recovery.repaid_fen - recovery.written_off_fen
        for number, who in enumerate((MAKER, CHECKER) if recovery else ()):
            url = f"/v1/recoveries/{recovery.id}/write-off"
            await self.desk.post(url, {"amount_fen": left}, recovery.version + number, who)

    async def holds(self) -> None:
        balances = await self.desk.balances()
        async with self.desk.policy.service.database.transaction() as session:
            payments = (await session.exec(select(Payment))).all()
            recoveries = (await session.exec(select(Recovery))).all()
            budgets = (await session.exec(select(Budget))).all()
            summed = await session.execute(
                text(
                    "SELECT split_part(account, ':', 1), sum(fen) FROM ("
                    "SELECT debit AS account, -amount_fen AS fen FROM transfer UNION ALL "
                    "SELECT credit, amount_fen FROM transfer) AS sides GROUP BY 1"
                )
            )
            assert dict(summed.all()) == balances
            lowest = await session.scalar(
                text(
                    "SELECT min(fen) FROM (SELECT sum(CASE WHEN debit = account THEN amount_fen "
                    "ELSE -amount_fen END) AS fen FROM transfer, "
                    "LATERAL (VALUES (debit), (credit)) AS sides (account) "
                    "WHERE account LIKE 'receivable:%' GROUP BY account) AS held"
                )
            )
            assert (lowest or 0) >= 0
        owed = [row for row in payments if row.status not in {"paid", "stopped", "planned"}]
        assert balances.get("payable", 0) == sum(row.amount_fen - row.paid_fen for row in owed)
        open_ = [row for row in recoveries if row.status == "ordered"]
        assert -balances.get("receivable", 0) == sum(
            row.amount_fen - row.repaid_fen - row.written_off_fen for row in open_
        )
        assert all(0 <= row.reserved_fen <= (row.limit_fen or 0) for row in budgets)
        live = {row.application_id for row in payments}
        assert len(live) <= len(self.claims)


@pytest.mark.parametrize("seed", range(6))
async def test_any_history_keeps_the_books(desk: Desk, seed: int) -> None:
    history = History(desk, seed)
    async with desk.policy.service.database.transaction() as session:
        session.add(Budget(pool="youth", region="350700", year=2026, limit_fen=900))
    for _ in range(45):
        await history.rng.choice(history.acts)()
        await history.holds()
    for _ in range(3):
        await history.settle()
    while await history.rows(Payment, "disputed"):
        await history.resolve()
    desk.policy.clock.move(timedelta(minutes=1))
    await desk.post("/v1/statements", {"day": "2026-06-01"})
    await desk.policy.settle()
    await history.holds()
    assert (await desk.balances()).get("bank", 0) == desk.bank.booked
    assert (await desk.get("/v1/differences", state="open"))["items"] == []
