"""Taking orders, booking them once, and telling what was booked."""

import hmac
from collections.abc import Sequence
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
    PlainBooking,
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


async def take(
    session: AsyncSession, clock: Clock, key: bytes, orders: Sequence[TransferOrder]
) -> list[Outcome]:
    """Take orders, each once; raises OrderChanged where an id came before with other content."""
    control = await _control(session)
    behaviour = Behaviour.model_validate(control.behaviour)
    now = clock.now()
    await _book_due(session, now)
    known = {row.order_id: row for row in await _transfers(session, [o.order_id for o in orders])}
    outcomes: list[Outcome] = []
    booked: list[Transfer] = []
    for order in orders:
        fingerprint = hmac.digest(key, order.model_dump_json().encode(), "sha256")
        transfer = known.get(order.order_id)
        if transfer is not None:
            if not hmac.compare_digest(transfer.fingerprint, fingerprint):
                raise OrderChanged(field="order_id")
            outcomes.append(Outcome(_state(transfer), None, behaviour))
            continue
        control.received += 1
        effect = effect_on(control.received, order.account_number, behaviour)
        transfer = _decide(order, fingerprint, effect, behaviour, now)
        outcomes.append(Outcome(_state(transfer), effect, behaviour))
        if effect is Effect.SILENT:
            continue
        session.add(transfer)
        if transfer.status is Status.BOOKED:
            booked += [transfer] * (2 if effect is Effect.TWICE else 1)
    await _book(session, booked)
    return outcomes


async def states_of(
    session: AsyncSession, clock: Clock, order_ids: Sequence[UUID]
) -> list[TransferState]:
    """Return what has become of orders, leaving out those that were never taken."""
    await _book_due(session, clock.now())
    return [_state(transfer) for transfer in await _transfers(session, order_ids)]


async def state_of(session: AsyncSession, clock: Clock, order_id: UUID) -> TransferState:
    """Return what has become of an order; raises NoOrder."""
    found = await states_of(session, clock, [order_id])
    if not found:
        raise NoOrder
    return found[0]


async def _transfers(session: AsyncSession, order_ids: Sequence[UUID]) -> Sequence[Transfer]:
    query = select(Transfer).where(col(Transfer.order_id).in_(order_ids))
    return (await session.exec(query)).all()


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
    lines = [StatementLine.model_validate(row.model_dump()) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return Statement(lines=lines, next_cursor=rows[asked.limit - 1].position if more else None)


async def book_plainly(session: AsyncSession, clock: Clock, given: PlainBooking) -> StatementLine:
    """Move money without an order."""
    await _control(session)
    booking = Booking(**given.model_dump(), booked_at=clock.now())
    session.add(booking)
    await session.flush()
    return StatementLine.model_validate(booking.model_dump())


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
        booked_at=now,
        account_mask=f"****{order.account_number[-4:]}",
    )
    if effect is Effect.ACCOUNT_CLOSED:
        transfer.status, transfer.reason = Status.FAILED, "account-closed"
        transfer.booked_at = None
    elif effect is Effect.WRONG_AMOUNT:
        transfer.amount_fen -= 1
    elif effect is Effect.WRONG_ACCOUNT:
        transfer.account_mask = "****0000"
    elif effect is Effect.ACCEPTED:
        transfer.status, transfer.booked_at = Status.ACCEPTED, None
        transfer.book_at = now + timedelta(seconds=behaviour.booking_seconds)
    return transfer


async def _book(session: AsyncSession, transfers: Sequence[Transfer]) -> None:
    if not transfers:
        return
    rows = [
        {
            "order_id": transfer.order_id,
            "direction": "out",
            "amount_fen": transfer.amount_fen,
            "account_mask": transfer.account_mask,
            "booked_at": transfer.booked_at,
        }
        for transfer in transfers
    ]
    await session.exec(
        insert(Booking).values(rows).on_conflict_do_nothing(index_elements=["order_id"])
    )


async def _book_due(session: AsyncSession, now: datetime) -> None:
    """Book the accepted orders whose time has come; done before anybody looks."""
    due = select(Transfer).where(col(Transfer.book_at) <= now)
    if (await session.exec(due.limit(1))).first() is None:
        return
    await _control(session)
    query = due.order_by(col(Transfer.book_at)).execution_options(populate_existing=True)
    transfers = (await session.exec(query)).all()
    for transfer in transfers:
        transfer.status = Status.BOOKED
        transfer.booked_at, transfer.book_at = transfer.book_at, None
    await _book(session, transfers)
    await session.flush()


def _state(transfer: Transfer) -> TransferState:
    return TransferState(
        order_id=transfer.order_id,
        status=transfer.status,
        amount_fen=transfer.amount_fen,
        reason=transfer.reason,
        booked_at=transfer.booked_at,
    )
