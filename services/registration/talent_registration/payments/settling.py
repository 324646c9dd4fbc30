"""What the provider's word does to orders, seats and refunds; hearing it again changes nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date, local_midnight

from ..charges import service as charges
from ..models import PaymentOrder
from ..registrations import repository as registrations
from ..registrations import seating
from ..registrations.rules import Status
from ..registrations.telling import tell
from . import repository
from .provider import OrderSeen

COMPARED_AFTER = timedelta(hours=1)
"""Midnight, when the provider has closed the day."""


async def take(
    session: AsyncSession,
    clock: Clock,
    order_id: UUID,
    seen: OrderSeen | None,
    *,
    give_up: bool = False,
) -> PaymentOrder | None:
    """Take what the provider says of an order; return the order, None where there is none.

    The first payment of the whole amount for a seat that is still kept confirms it. Every other
    goes back: of another amount, a second one, one for a seat that is gone. A seat whose order can
    no longer be paid is given up, and so is one that is to be (`give_up`).
    """
    order = await repository.order(session, order_id)
    if order is None:
        return None
    (hall,) = (await registrations.hold(session, [order.activity_id])).values()
    # Only now both stand still.
    order = await repository.order(session, order_id)
    row = None if order is None else await registrations.by_id(session, order.registration_id)
    if order is None or row is None:
        return None
    now = clock.now()
    payments = seen.payments if seen is not None else []
    came = [(one.payment_id, one.amount_fen, one.paid_at) for one in payments]
    new = await repository.enter(session, order.id, "paid", came)
    refunds = []
    for payment in payments:
        if payment.payment_id not in new:
            continue
        if row.status == Status.AWAITING and payment.amount_fen == order.amount_fen:
            order.status, order.payment_id = "paid", payment.payment_id
            order.version += 1
            seating.move(row, Status.CONFIRMED, now)
            await tell(session, clock, [row])
            continue
        reason = "twice" if order.status == "paid" else "late"
        if row.status == Status.AWAITING:
            reason = "amount"
        refunds.append(charges.refund(order, payment.payment_id, payment.amount_fen, reason, now))
    over = seen is not None and seen.status != "open"
    if over and order.status == "open":
        order.status = "closed"
        order.version += 1
    if (over or give_up) and row.status == Status.AWAITING:
        await seating.leave(session, clock, hall, [row], Status.LAPSED)
    await charges.save(session, clock, refunds)
    if new:
        tomorrow = local_midnight(local_date(now) + timedelta(days=1))
        await repository.begin_comparing(session, tomorrow + COMPARED_AFTER)
    return order


async def refunded(session: AsyncSession, refund_id: UUID, made_at: datetime) -> None:
    """Take that the provider has made a refund."""
    refund = await repository.refund(session, refund_id, lock=True)
    if refund is None or refund.status == "made":
        return
    refund.status, refund.made_at = "made", made_at
    await repository.enter(
        session, refund.order_id, "refunded", [(refund.id, refund.amount_fen, made_at)]
    )
