"""Queries of budgets, payments, orders and the ledger; an award is one database function."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Integer, and_, bindparam, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import tables
from talent_kit.bulk import one_of
from talent_kit.database import sqlstate, violated_constraint
from talent_kit.identifiers import new_id

from ..models.money import Balance, BankOrder, Budget, OrderStatus, Payment, PaymentStatus
from ..models.settling import (
    DOUBTS,
    Batch,
    BatchStatus,
    Difference,
    Recovery,
    RecoveryStatus,
)
from .errors import (
    AlreadyClaimed,
    BudgetExhausted,
    BudgetMissing,
    CapExhausted,
    GroupChanged,
    QuotaExhausted,
)
from .schemas import Award

RECONCILE = "statements.reconcile"
"""Timer: compare the bank's statement with our books; the key is DAILY, or a day."""
DAILY = "daily"
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
            # Who appropriates must know which budget is meant.
            raise refusal(pool=given.pool, region=given.pool_region) from error
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
    return (await payments_of_many(session, [application_id]))[application_id]


async def payments_of_many(
    session: AsyncSession, application_ids: Collection[UUID]
) -> dict[UUID, list[Payment]]:
    """Return the payments of applications, of each in the order of their instalments."""
    found: dict[UUID, list[Payment]] = {identifier: [] for identifier in application_ids}
    rows = await session.execute(_OF_APPLICATIONS, {"ids": list(application_ids)})
    for payment in rows.scalars():
        found[payment.application_id].append(payment)
    return found


async def payments(
    session: AsyncSession, payment_ids: Iterable[UUID], *, lock: bool = True
) -> dict[UUID, Payment]:
    """Return payments by id, locked in the order of their ids."""
    query = _LOCKED_PAYMENTS if lock else _PAYMENTS
    rows = await session.execute(query, {"ids": list(set(payment_ids))})
    return {payment.id: payment for payment in rows.scalars()}


async def orders_made(session: AsyncSession, payment_ids: list[UUID]) -> dict[UUID, int]:
    """Return how many orders payments had so far."""
    query = (
        select(BankOrder.payment_id, func.count())
        .where(col(BankOrder.payment_id).in_(payment_ids))
        .group_by(col(BankOrder.payment_id))
    )
    return {row[0]: row[1] for row in (await session.exec(query)).all()}


async def claim_orders(session: AsyncSession, now: datetime, most: int) -> list[BankOrder]:
    """Return open orders whose time has come, locked; those that others hold are left out."""
    return list((await session.execute(_DUE_ORDERS, {"now": now, "most": most})).scalars())


async def next_order_at(session: AsyncSession) -> datetime | None:
    """Return when the next open order is due."""
    following: datetime | None = await session.scalar(_NEXT_ORDER)
    return following


async def open_orders(session: AsyncSession, order_ids: list[UUID]) -> list[BankOrder]:
    """Return those orders that are still open, locked in the order of their ids."""
    return list((await session.execute(_OPEN_ORDERS, {"ids": order_ids})).scalars())


async def order(session: AsyncSession, order_id: UUID) -> BankOrder | None:
    """Return an order, locked."""
    query = select(BankOrder).where(col(BankOrder.id) == order_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def disputed_order(session: AsyncSession, payment_id: UUID) -> BankOrder | None:
    """Return the disputed order of a payment, locked."""
    query = select(BankOrder).where(
        col(BankOrder.payment_id) == payment_id, col(BankOrder.status) == OrderStatus.DISPUTED
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def latest_orders(session: AsyncSession, payment_ids: list[UUID]) -> dict[UUID, BankOrder]:
    """Return the newest order of each payment that has one."""
    query = (
        select(BankOrder)
        .where(col(BankOrder.payment_id).in_(payment_ids))
        .order_by(col(BankOrder.payment_id), col(BankOrder.attempt))
    )
    return {order.payment_id: order for order in (await session.exec(query)).all()}


async def begin_reconciling(session: AsyncSession, at: datetime) -> None:
    """Let statements be compared daily, from the first booking on."""
    await session.execute(
        insert(tables.timer)
        .values(id=new_id(), kind=RECONCILE, key=DAILY, due=at)
        .on_conflict_do_nothing(index_elements=["kind", "key"])
    )


async def settle_batches(session: AsyncSession, batch_ids: list[UUID]) -> None:
    """Settle the released batches of which the bank has answered every order."""
    if not batch_ids:
        return
    # Locked first, so that of two that settle the last orders the later sees what both did.
    query = select(Batch.id).where(col(Batch.id).in_(batch_ids)).order_by(col(Batch.id))
    await session.exec(query.with_for_update())
    waiting = select(Payment.id).where(
        col(Payment.batch_id) == col(Batch.id),
        col(Payment.status).in_([PaymentStatus.RELEASED, PaymentStatus.DISPUTED]),
    )
    await session.execute(
        update(Batch)
        .where(
            col(Batch.id).in_(batch_ids),
            col(Batch.status) == BatchStatus.RELEASED,
            ~waiting.exists(),
        )
        .values(status=BatchStatus.SETTLED, version=Batch.version + 1)
        .execution_options(synchronize_session=False)
    )


async def free(session: AsyncSession, budget_id: UUID, fen: int) -> None:
    """Give reserved money back to a budget."""
    await session.flush()
    await session.execute(
        update(Budget)
        .where(col(Budget.id) == budget_id)
        .values(reserved_fen=Budget.reserved_fen - fen, version=Budget.version + 1)
        .execution_options(synchronize_session=False)
    )


async def halted(session: AsyncSession, application_ids: Collection[UUID]) -> set[UUID]:
    """Return those applications of which nothing more is to be paid.

    What was granted is being recovered or was; or the same was granted to the person before, or
    rests on what was said otherwise since, and nobody has explained it yet.
    """
    if not application_ids:
        return set()
    recovered = select(Recovery.application_id).where(
        col(Recovery.application_id).in_(application_ids),
        col(Recovery.origin) == "granted",
        col(Recovery.status).in_([RecoveryStatus.ORDERED, RecoveryStatus.SETTLED]),
    )
    subjects = {halted_subject(one): one for one in application_ids}
    doubted = select(Difference.subject).where(
        col(Difference.kind).in_(DOUBTS),
        col(Difference.subject).in_(subjects),
        col(Difference.state) == "open",
    )
    found = set((await session.exec(recovered)).all())
    return found | {subjects[subject] for subject in (await session.exec(doubted)).all()}


def halted_subject(application_id: UUID) -> str:
    """Return the subject of the difference that halts an application."""
    return f"application:{application_id}"


async def explain(session: AsyncSession, subject: str, note: str, by: str) -> None:
    """Explain the open differences of a subject."""
    await session.execute(
        update(Difference)
        .where(col(Difference.subject) == subject, col(Difference.state) == "open")
        .values(state="explained", note=note, explained_by=by, version=Difference.version + 1)
        .execution_options(synchronize_session=False)
    )


async def balances(session: AsyncSession, regions: Sequence[str]) -> list[Any]:
    """Return region, kind of account, credits less debits, and number of debits."""
    query = (
        select(
            Balance.region, Balance.kind, func.sum(Balance.balance_fen), func.sum(Balance.debits)
        )
        .where(col(Balance.region).in_(regions))
        .group_by(col(Balance.region), col(Balance.kind))
        .order_by(col(Balance.region), col(Balance.kind))
    )
    return list((await session.exec(query)).all())


async def without_limit(session: AsyncSession, budget_ids: Iterable[UUID]) -> set[UUID]:
    """Return those budgets whose year is not appropriated."""
    query = select(Budget.id).where(col(Budget.id).in_(budget_ids), col(Budget.limit_fen).is_(None))
    return set((await session.exec(query)).all())


def waiting_for_budget(today: date) -> Any:
    """Return the condition of instalments that are due in a year not yet appropriated."""
    unappropriated = select(Budget.id).where(
        col(Budget.limit_fen).is_(None), col(Budget.year) <= today.year
    )
    return and_(
        col(Payment.status) == PaymentStatus.PLANNED,
        col(Payment.due) <= today,
        col(Payment.budget_id).in_(unappropriated),
    )


_OPEN = col(BankOrder.status).in_([OrderStatus.READY, OrderStatus.SENT])
# What every payment asks, made once here: making it anew costs more than running it.
_PAYMENTS = sqlalchemy.select(Payment).where(one_of(col(Payment.id), "ids"))
_LOCKED_PAYMENTS = _PAYMENTS.order_by(col(Payment.id)).with_for_update()
_OF_APPLICATIONS = (
    sqlalchemy.select(Payment)
    .where(one_of(col(Payment.application_id), "ids"))
    .order_by(col(Payment.instalment))
)
_DUE_ORDERS = (
    sqlalchemy.select(BankOrder)
    .where(_OPEN, col(BankOrder.next_at) <= bindparam("now"))
    .order_by(col(BankOrder.next_at))
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEXT_ORDER = sqlalchemy.select(func.min(col(BankOrder.next_at))).where(_OPEN)
_OPEN_ORDERS = (
    sqlalchemy.select(BankOrder)
    .where(_OPEN, one_of(col(BankOrder.id), "ids"))
    .order_by(col(BankOrder.id))
    .with_for_update()
)
