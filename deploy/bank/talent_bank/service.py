"""Taking orders, booking them once, and telling what was booked."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock

from .behaviour import Behaviour, Effect, effect_on
from .errors import NoOrder, OrderChanged
from .models import Booking, Control, Status, Transfer
from .schemas import (
    Simulation,
    Statement,
    StatementLine,
    StatementQuery,
    TransferOrder,
    TransferState,
)


@dataclass(frozen=True)
class Outcome:
    """The state of an order, and how its answer fares on the way."""

    state: TransferState
    effect: Effect | None
    behaviour: Behaviour


async def take(session: AsyncSession, clock: Clock, key: bytes, order: TransferOrder) -> Outcome:
    """Take an order, once; raises OrderChanged where the id came before with other content."""
    control = await _control(session)
    behaviour = Behaviour.model_validate(control.behaviour)
    await _book_due(session, clock.now())
    fingerprint = hmac.digest(key, order.model_dump_json().encode(), "sha256")
    transfer = await session.get(Transfer, order.order_id)
    if transfer is not None:
        if not hmac.compare_digest(transfer.fingerprint, fingerprint):
            raise OrderChanged(field="order_id")
        return Outcome(_state(transfer), None, behaviour)
    control.received += 1
    effect = effect_on(control.received, order.account_number, behaviour)
    transfer = _decide(order, fingerprint, effect, behaviour, clock.now())
    if effect is not Effect.SILENT:
        session.add(transfer)
    if transfer.status is Status.BOOKED and effect is not Effect.SILENT:
        for _ in range(2 if effect is Effect.TWICE else 1):
            await _book(session, transfer, clock.now())
    return Outcome(_state(transfer), effect, behaviour)


async def state_of(session: AsyncSession, clock: Clock, order_id: UUID) -> TransferState:
    """Return what has become of an order; raises NoOrder."""
    await _book_due(session, clock.now())
    transfer = await session.get(Transfer, order_id)
    if transfer is None:
        raise NoOrder
    return _state(transfer)


async def statement(session: AsyncSession, clock: Clock, asked: StatementQuery) -> Statement:
    """Return one page of the bookings, in the order of booking."""
    await _book_due(session, clock.now())
    query = select(Booking).where(col(Booking.position) > asked.cursor)
    if asked.since is not None:
        query = query.where(col(Booking.booked_at) >= asked.since)
    if asked.before is not None:
        query = query.where(col(Booking.booked_at) < asked.before)
    query = query.order_by(col(Booking.position)).limit(asked.limit + 1)
    rows = (await session.exec(query)).all()
    lines = [
        StatementLine(order_id=row.order_id, amount_fen=row.amount_fen, booked_at=row.booked_at)
        for row in rows[: asked.limit]
    ]
    more = len(rows) > asked.limit
    return Statement(lines=lines, next_cursor=rows[asked.limit - 1].position if more else None)


async def simulation(session: AsyncSession) -> Simulation:
    """Return how the bank behaves now."""
    control = await _control(session)
    return Simulation(
        behaviour=Behaviour.model_validate(control.behaviour), received=control.received
    )


async def behave(session: AsyncSession, behaviour: Behaviour) -> Simulation:
    """Change how the bank treats the orders to come."""
    control = await _control(session)
    control.behaviour = behaviour.model_dump(mode="json")
    return Simulation(behaviour=behaviour, received=control.received)


async def _control(session: AsyncSession) -> Control:
    return (await session.exec(select(Control).with_for_update())).one()


def _decide(
    order: TransferOrder,
    fingerprint: bytes,
    effect: Effect | None,
    behaviour: Behaviour,
    now: datetime,
) -> Transfer:
    transfer = Transfer(
        order_id=order.order_id,
        fingerprint=fingerprint,
        amount_fen=order.amount_fen,
        status=Status.BOOKED,
        taken_at=now,
    )
    if effect is Effect.ACCOUNT_CLOSED:
        transfer.status, transfer.reason = Status.FAILED, "account-closed"
    elif effect is Effect.WRONG_AMOUNT:
        transfer.amount_fen -= 1
    elif effect is Effect.ACCEPTED:
        transfer.status = Status.ACCEPTED
        transfer.book_at = now + timedelta(seconds=behaviour.booking_seconds)
    return transfer


async def _book(session: AsyncSession, transfer: Transfer, at: datetime) -> None:
    await session.exec(
        insert(Booking)
        .values(order_id=transfer.order_id, amount_fen=transfer.amount_fen, booked_at=at)
        .on_conflict_do_nothing(index_elements=["order_id"])
    )


async def _book_due(session: AsyncSession, now: datetime) -> None:
    """Book the accepted orders whose time has come; done before anybody looks."""
    due = select(Transfer).where(col(Transfer.book_at) <= now)
    if (await session.exec(due.limit(1))).first() is None:
        return
    await _control(session)
    query = due.order_by(col(Transfer.book_at)).execution_options(populate_existing=True)
    for transfer in (await session.exec(query)).all():
        await _book(session, transfer, transfer.book_at or now)
        transfer.status, transfer.book_at = Status.BOOKED, None
    await session.flush()


def _state(transfer: Transfer) -> TransferState:
    return TransferState(
        order_id=transfer.order_id,
        status=transfer.status,
        amount_fen=transfer.amount_fen,
        reason=transfer.reason,
    )
