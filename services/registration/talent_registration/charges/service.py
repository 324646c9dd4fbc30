"""Beginning orders with the seats they are for, and giving back what was paid when these end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.timers import set_timers

from ..models import Activity, PaymentOrder, Refund
from .rules import given_back
from .schemas import PaymentDue
from .till import Till

LOOK_TIMER = "payment-looked-for"
"""An order is to be asked for, or closed. Key: its id."""
REFUND_TIMER = "payment-refunded"
"""A refund is to be made. Key: its id."""
FIRST_LOOK = timedelta(seconds=30)
"""After which the provider is asked where it has not told anything."""


class Charged(Protocol):
    """A registration that waits to be paid for, or did."""

    id: UUID
    activity_id: UUID
    due_fen: int
    order_id: UUID | None
    pay_until: datetime | None


def due(till: Till | None, activity: Activity, row: Charged) -> PaymentDue | None:
    """Return what is to be paid for a seat that waits for it."""
    if till is None or row.order_id is None or row.pay_until is None:
        return None
    address = till.address(row.order_id, row.due_fen, row.pay_until, activity.title_zh)
    return PaymentDue(
        order_id=row.order_id, amount_fen=row.due_fen, until=row.pay_until, address=address
    )


async def begin(session: AsyncSession, clock: Clock, rows: Sequence[Charged]) -> None:
    """Save the orders of registrations that wait to be paid for from now on."""
    now = clock.now()
    orders = [
        {
            "id": row.order_id,
            "registration_id": row.id,
            "activity_id": row.activity_id,
            "amount_fen": row.due_fen,
            "status": "open",
            "made_at": now,
            "expires_at": row.pay_until,
            "version": 1,
        }
        for row in rows
    ]
    await insert_many(session, PaymentOrder.__table__, orders)  # type: ignore[attr-defined]
    await set_timers(session, LOOK_TIMER, {str(row.order_id): now + FIRST_LOOK for row in rows})


async def end(
    session: AsyncSession,
    clock: Clock,
    activity: Activity,
    *,
    unpaid: Collection[UUID],
    paid: Collection[UUID],
    whole: bool,
) -> None:
    """Let the orders of seats that were given up be closed, and give back what was paid.

    All of it where the seat was taken away (`whole`), else what the activity's rule says.
    """
    now = clock.now()
    await set_timers(session, LOOK_TIMER, {str(order_id): now for order_id in sorted(unpaid)})
    if not paid:
        return
    query = select(PaymentOrder).where(col(PaymentOrder.id).in_(paid))
    query = query.execution_options(populate_existing=True)
    refunds = [
        refund(
            order,
            order.payment_id,
            order.amount_fen
            if whole
            else given_back(order.amount_fen, activity.refunds, activity.begins_at, now),
            "organiser" if whole else "given-up",
            now,
        )
        for order in (await session.exec(query.order_by(col(PaymentOrder.id)))).all()
        if order.payment_id is not None
    ]
    await save(session, clock, refunds)


def refund(order: PaymentOrder, payment_id: UUID, fen: int, reason: str, now: datetime) -> Refund:
    """Return a refund of a payment; nothing of it is saved yet."""
    return Refund(
        id=new_id(),
        order_id=order.id,
        payment_id=payment_id,
        amount_fen=fen,
        reason=reason,
        status="ordered",
        ordered_at=now,
    )


async def save(session: AsyncSession, clock: Clock, refunds: Sequence[Refund]) -> None:
    """Save refunds and let them be made; those of nothing are none."""
    kept = [each for each in refunds if each.amount_fen > 0]
    session.add_all(kept)
    await session.flush()
    await set_timers(session, REFUND_TIMER, {str(each.id): clock.now() for each in kept})
