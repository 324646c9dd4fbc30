"""Taking payments, giving money back, closing orders, and telling what was booked."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id

from ..schemas import StatementQuery
from . import errors
from .behaviour import (
    PaymentBehaviour,
    PaymentEffect,
    QuestionEffect,
    RefundEffect,
    effect_on,
)
from .models import (
    Checkout,
    CheckoutStatus,
    Notice,
    Payment,
    PaymentControl,
    PaymentLine,
    Refund,
    RefundStatus,
)
from .schemas import (
    Address,
    CheckoutState,
    CheckoutStates,
    PaymentLineOut,
    PaymentSimulation,
    PaymentState,
    PaymentStatement,
    RefundOrder,
    RefundState,
)

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """What is answered, and how the answer fares on the way."""

    state: S
    effect: QuestionEffect | RefundEffect | None
    behaviour: PaymentBehaviour


def check(key: bytes, address: Address) -> None:
    """Raise WrongSignature unless the merchant signed the address."""
    signed = urlsafe_b64encode(hmac.digest(key, address.content(), "sha256")).rstrip(b"=")
    if not hmac.compare_digest(signed, address.s.encode()):
        raise errors.WrongSignature


async def pay(session: AsyncSession, clock: Clock, address: Address, notify: bool) -> CheckoutState:
    """Pay an order; raises CheckoutClosed, also where its time is over, and CheckoutPaid."""
    control = await _control(session)
    behaviour = PaymentBehaviour.model_validate(control.behaviour)
    now = clock.now()
    checkout = await session.get(Checkout, address.n)
    if checkout is None:
        checkout = Checkout(
            number=address.n, amount_fen=address.a, title=address.t, status=CheckoutStatus.OPEN
        )
        session.add(checkout)
        await session.flush()
    if checkout.status == CheckoutStatus.PAID:
        raise errors.CheckoutPaid
    if checkout.status == CheckoutStatus.CLOSED or now.timestamp() >= address.u:
        raise errors.CheckoutClosed
    control.payments += 1
    effect = effect_on(control.payments, PaymentEffect, behaviour.payments)
    checkout.status = CheckoutStatus.PAID
    fen = address.a - (effect is PaymentEffect.WRONG_AMOUNT)
    for _ in range(2 if effect is PaymentEffect.TWICE else 1):
        payment = Payment(id=new_id(), number=address.n, amount_fen=fen, paid_at=now)
        session.add(payment)
        session.add(_line("payment", payment.id, address.n, fen, now))
    if notify and effect is not PaymentEffect.UNNOTICED:
        late = behaviour.late_seconds if effect is PaymentEffect.NOTICED_LATE else 0
        for _ in range(2 if effect is PaymentEffect.NOTICED_TWICE else 1):
            due = now + timedelta(seconds=late)
            session.add(Notice(id=new_id(), number=address.n, due=due))
    await session.flush()
    return await _state(session, checkout)


async def ask(session: AsyncSession, numbers: Sequence[UUID]) -> Outcome[CheckoutStates]:
    """Return what has become of orders, leaving out those that nobody opened."""
    behaviour, effect = await _question(session)
    query = select(Checkout).where(col(Checkout.number).in_(numbers))
    found = [await _state(session, row) for row in (await session.exec(query)).all()]
    return Outcome(CheckoutStates(orders=found), effect, behaviour)


async def close(session: AsyncSession, number: UUID) -> Outcome[CheckoutState]:
    """Close an order unless it is paid: from then on nobody can pay it, opened before or not."""
    behaviour, effect = await _question(session)
    checkout = await session.get(Checkout, number, populate_existing=True)
    if effect is QuestionEffect.UNANSWERED:
        state = CheckoutState(number=number, status=CheckoutStatus.OPEN, payments=[])
        return Outcome(state, effect, behaviour)
    if checkout is None:
        checkout = Checkout(number=number, amount_fen=0, title="", status=CheckoutStatus.CLOSED)
        session.add(checkout)
        await session.flush()
    elif checkout.status == CheckoutStatus.OPEN:
        checkout.status = CheckoutStatus.CLOSED
    return Outcome(await _state(session, checkout), effect, behaviour)


async def refund(session: AsyncSession, clock: Clock, given: RefundOrder) -> Outcome[RefundState]:
    """Give money of a payment back, once for each number.

    Raises NoPayment, RefundChanged, RefundTooLarge, and RefundRefused where the simulation says so.
    """
    control = await _control(session)
    behaviour = PaymentBehaviour.model_validate(control.behaviour)
    now = clock.now()
    await _make_due(session, now)
    known = await session.get(Refund, given.number)
    if known is not None:
        if (known.payment_id, known.amount_fen) != (given.payment_id, given.amount_fen):
            raise errors.RefundChanged(field="number")
        return Outcome(_refund_state(known), None, behaviour)
    payment = await session.get(Payment, given.payment_id)
    if payment is None:
        raise errors.NoPayment
    given_back = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.payment_id == payment.id
    )
    if int((await session.exec(given_back)).one()) + given.amount_fen > payment.amount_fen:
        raise errors.RefundTooLarge(field="amount_fen")
    control.refunds += 1
    effect = effect_on(control.refunds, RefundEffect, behaviour.refunds)
    made = Refund(**given.model_dump(), status=RefundStatus.MADE, made_at=now)
    if effect is RefundEffect.PENDING:
        made.status, made.made_at = RefundStatus.PENDING, None
        made.make_at = now + timedelta(seconds=behaviour.late_seconds)
    if effect not in (RefundEffect.REFUSED, RefundEffect.SILENT):
        session.add(made)
        if made.status is RefundStatus.MADE:
            session.add(_line("refund", made.number, payment.number, made.amount_fen, now))
    await session.flush()
    return Outcome(_refund_state(made), effect, behaviour)


async def statement(session: AsyncSession, clock: Clock, asked: StatementQuery) -> PaymentStatement:
    """Return one page of what was booked, in the order of booking."""
    await _control(session)
    await _make_due(session, clock.now())
    query = select(PaymentLine).where(col(PaymentLine.position) > asked.cursor)
    if asked.since is not None:
        query = query.where(col(PaymentLine.booked_at) >= asked.since)
    if asked.before is not None:
        query = query.where(col(PaymentLine.booked_at) < asked.before)
    query = query.order_by(col(PaymentLine.position)).limit(asked.limit + 1)
    rows = (await session.exec(query)).all()
    lines = [PaymentLineOut.model_validate(row.model_dump()) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return PaymentStatement(lines=lines, next_cursor=lines[-1].position if more else None)


async def simulation(session: AsyncSession) -> PaymentSimulation:
    """Return how the provider behaves now."""
    return PaymentSimulation.model_validate((await _control(session)).model_dump())


async def behave(session: AsyncSession, behaviour: PaymentBehaviour) -> PaymentSimulation:
    """Change how the provider treats what is to come."""
    control = await _control(session)
    control.behaviour = behaviour.model_dump(mode="json")
    return PaymentSimulation.model_validate(control.model_dump())


async def state_of(session: AsyncSession, number: UUID) -> CheckoutState:
    """Return what has become of an order that was paid."""
    return await _state(session, await session.get_one(Checkout, number))


async def _question(
    session: AsyncSession,
) -> tuple[PaymentBehaviour, QuestionEffect | None]:
    control = await _control(session)
    control.questions += 1
    behaviour = PaymentBehaviour.model_validate(control.behaviour)
    return behaviour, effect_on(control.questions, QuestionEffect, behaviour.questions)


async def _control(session: AsyncSession) -> PaymentControl:
    query = select(PaymentControl).with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one()


async def _make_due(session: AsyncSession, now: datetime) -> None:
    """Make the refunds whose time has come; done before anybody looks."""
    query = select(Refund, Payment.number).join(Payment).where(col(Refund.make_at) <= now)
    for row, number in (await session.exec(query.order_by(col(Refund.make_at)))).all():
        row.status, row.made_at, row.make_at = RefundStatus.MADE, row.make_at, None
        session.add(_line("refund", row.number, number, row.amount_fen, row.made_at or now))
        await session.flush()


def _line(kind: str, reference: UUID, number: UUID, fen: int, at: datetime) -> PaymentLine:
    return PaymentLine(kind=kind, reference=reference, number=number, amount_fen=fen, booked_at=at)


async def _state(session: AsyncSession, checkout: Checkout) -> CheckoutState:
    query = select(Payment).where(Payment.number == checkout.number).order_by(col(Payment.id))
    payments = [
        PaymentState(payment_id=row.id, amount_fen=row.amount_fen, paid_at=row.paid_at)
        for row in (await session.exec(query)).all()
    ]
    return CheckoutState(number=checkout.number, status=checkout.status, payments=payments)


def _refund_state(row: Refund) -> RefundState:
    return RefundState(
        number=row.number,
        status=RefundStatus(row.status),
        amount_fen=row.amount_fen,
        made_at=row.made_at,
    )
