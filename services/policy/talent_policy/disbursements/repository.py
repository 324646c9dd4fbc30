"""Queries of budgets, payments, orders and the ledger; an award is one database function."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, union_all
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.database import sqlstate, violated_constraint

from ..models.money import BankOrder, Budget, OrderStatus, Payment, Transfer
from .errors import (
    AlreadyClaimed,
    BudgetExhausted,
    BudgetMissing,
    CapExhausted,
    GroupChanged,
    QuotaExhausted,
)
from .schemas import Award

_AWARD = text(
    "SELECT award_money(CAST(:award AS jsonb), CAST(:payments AS uuid[]), CAST(:at AS timestamptz))"
)
_REFUSALS = {
    "TC001": BudgetExhausted,
    "TC002": BudgetMissing,
    "TC003": QuotaExhausted,
    "TC004": CapExhausted,
    "TC005": GroupChanged,
}


async def award(
    session: AsyncSession, given: Award, payment_ids: list[UUID], at: datetime, due_now: int
) -> None:
    """Claim, reserve, and owe, in one round trip; raises the refusals of the noun."""
    document = {
        "application_id": str(given.application_id),
        "measure": given.measure,
        "region": given.region,
        "payee_kind": given.payee_kind,
        "payee_owner": str(given.payee_owner),
        "pool": given.pool,
        "pool_region": given.pool_region,
        "claims": [{"scope": scope, "key": key} for scope, key in sorted(given.claims)],
        "counts": [
            {
                "kind": count.kind,
                "scope": count.scope,
                "key": count.key,
                "add": count.add,
                "limit": count.limit,
                "used": count.used if count.limit is None else None,
            }
            for count in sorted(given.counts, key=lambda count: (count.scope, count.key))
        ],
        "instalments": [
            {"due": part.due.isoformat(), "amount_fen": part.amount_fen}
            for part in given.instalments
        ],
        "due_now": due_now,
        "approved_by": given.approved_by,
    }
    values: dict[str, Any] = {"award": json.dumps(document), "payments": payment_ids, "at": at}
    try:
        await session.execute(_AWARD, values)
    except IntegrityError as error:
        if violated_constraint(error) == "pk_claim":
            raise AlreadyClaimed from error
        raise
    except DBAPIError as error:
        refusal = _REFUSALS.get(sqlstate(error) or "")
        if refusal is not None:
            raise refusal from error
        raise


async def budget(session: AsyncSession, budget_id: UUID, *, lock: bool = False) -> Budget | None:
    query = select(Budget).where(col(Budget.id) == budget_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def budget_of(session: AsyncSession, pool: str, region: str, year: int) -> Budget | None:
    query = select(Budget).where(
        col(Budget.pool) == pool, col(Budget.region) == region, col(Budget.year) == year
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def payment(session: AsyncSession, payment_id: UUID, *, lock: bool = False) -> Payment | None:
    query = select(Payment).where(col(Payment.id) == payment_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def payments_of(session: AsyncSession, application_id: UUID) -> list[Payment]:
    query = select(Payment).where(col(Payment.application_id) == application_id)
    return list((await session.exec(query.order_by(col(Payment.instalment)))).all())


async def order(session: AsyncSession, order_id: UUID, *, lock: bool = False) -> BankOrder | None:
    query = select(BankOrder).where(col(BankOrder.id) == order_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def orders_made(session: AsyncSession, payment_id: UUID) -> int:
    query = select(func.count()).where(col(BankOrder.payment_id) == payment_id)
    return (await session.exec(query)).one()


async def balances(session: AsyncSession) -> list[tuple[str, int]]:
    """Return credits less debits by kind of account."""
    fen = col(Transfer.amount_fen)
    movements = union_all(
        select(col(Transfer.credit).label("account"), fen.label("fen")),
        select(col(Transfer.debit).label("account"), (-fen).label("fen")),
    ).subquery()
    kind = func.split_part(movements.c.account, ":", 1)
    query = select(kind, func.sum(movements.c.fen)).group_by(kind).order_by(kind)
    return [(row[0], int(row[1])) for row in (await session.exec(query)).all()]


async def transfers_made(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(Transfer))).one()


OPEN_ORDERS = (OrderStatus.READY, OrderStatus.SENT)
