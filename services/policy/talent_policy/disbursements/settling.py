"""What the bank's answers do to orders, payments and the ledger; and how a dispute ends."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EventData,
    PaymentDisputed,
    PaymentFailed,
    PaymentMade,
    PaymentRecoveryOrdered,
)
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event, save_events
from talent_kit.versions import require_version

from ..callers import owned_by
from ..models.money import BankOrder, OrderStatus, Payment, PaymentStatus, Transfer
from ..models.settling import Difference, DifferenceKind, Recovery, RecoveryPart, RecoveryStatus
from . import repository
from .bank import Answers, BankAnswer
from .errors import FourEyes, NotDisputed, NotWhatTheBankSays, OwnPayment
from .schemas import Resolve
from .service import payable, payment_for, record, state, stop, transfer

BANK = "bank:settlement"


async def settle(session: AsyncSession, clock: Clock, answers: Answers) -> None:
    """Take the bank's definite answers to orders; a second answer changes nothing.

    An order of which the bank booked another amount is disputed: nothing is booked here.
    """
    if not answers:
        return
    orders = await repository.open_orders(session, list(answers))
    payments = await repository.payments(session, [order.payment_id for order in orders])
    events: list[EventData] = []
    for order in orders:
        answer, payment = answers[order.id], payments[order.payment_id]
        if answer.status == "pending":
            continue
        order.settled_at = clock.now()
        if answer.status == "refused":
            events.append(_refused(order, payment, answer.reason))
        elif answer.amount_fen == order.amount_fen:
            order.booked_at = answer.booked_at or clock.now()
            session.add(_booked(order, payment, order.amount_fen, clock))
            events.append(PaymentMade(**state(payment)))
        else:
            session.add(_disputed(order, payment, answer, clock))
            events.append(PaymentDisputed(**state(payment)))
    await save_events(session, clock, events)
    await _stop_halted(session, clock, list(payments.values()))
    if any(order.booked_at is not None for order in orders):
        tomorrow = local_midnight(local_date(clock.now()) + timedelta(days=1))
        await repository.begin_reconciling(session, tomorrow + timedelta(hours=1))
    batches = {payment.batch_id for payment in payments.values() if payment.batch_id}
    await repository.settle_batches(session, sorted(batches))


def _refused(order: BankOrder, payment: Payment, reason: str | None) -> PaymentFailed:
    order.status, order.reason = OrderStatus.REFUSED, reason
    payment.status, payment.failure = PaymentStatus.FAILED, reason
    payment.version += 1
    return PaymentFailed(**state(payment))


def _booked(order: BankOrder, payment: Payment, amount_fen: int, clock: Clock) -> Transfer:
    """Book what is owed and was moved; a rest stays owed."""
    order.booked_fen = amount_fen
    order.status = OrderStatus.BOOKED if amount_fen == order.amount_fen else OrderStatus.SHORT
    payment.paid_fen += amount_fen
    payment.status = PaymentStatus.PAID
    if order.status == OrderStatus.SHORT:
        payment.status, payment.failure = PaymentStatus.FAILED, "paid-short"
    payment.version += 1
    return transfer("payment", payment, payable(payment), BANK, amount_fen, order.id, clock)


def _disputed(order: BankOrder, payment: Payment, answer: BankAnswer, clock: Clock) -> Difference:
    order.status, order.bank_fen = OrderStatus.DISPUTED, answer.amount_fen
    order.booked_at = answer.booked_at or clock.now()
    payment.status = PaymentStatus.DISPUTED
    payment.version += 1
    return Difference(
        region=payment.region,
        day=local_date(order.booked_at),
        kind=DifferenceKind.ANOTHER_AMOUNT,
        subject=f"order:{order.id}",
        payment_id=payment.id,
        ours_fen=0,
        theirs_fen=answer.amount_fen,
        found_at=clock.now(),
    )


async def take_back(session: AsyncSession, clock: Clock, order_id: UUID) -> None:
    """Owe again what the bank had moved for an order and returned entirely (退汇).

    The payment has failed then, and is released anew once its account is repaired. Where it is
    being recovered already, nothing happens here: whose the money is, a person must say.
    """
    order = await repository.order(session, order_id)
    if order is None or order.status != OrderStatus.BOOKED:
        return
    payment = (await repository.payments(session, [order.payment_id]))[order.payment_id]
    if payment.status != PaymentStatus.PAID or payment.recovering_fen:
        return
    back = order.booked_fen
    session.add(transfer("return", payment, BANK, payable(payment), back, order.id, clock))
    payment.paid_fen -= back
    order.booked_fen = 0
    await save_events(session, clock, [_refused(order, payment, "returned-by-bank")])
    await _stop_halted(session, clock, [payment])


async def resolve(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    payment_id: UUID,
    expected: int,
    given: Resolve,
) -> Payment:
    """Propose how a dispute ends, or end it by saying what somebody else has proposed.

    `paid` books what the bank moved: a rest stays owed and is released anew, an excess is to be
    recovered. `refused` needs that the bank took all of it back; where more came back than went,
    that stays a difference. Raises NoPayment, OutsideRegion, VersionChanged, NotDisputed, FourEyes,
    OwnPayment, NotWhatTheBankSays.
    """
    payment = await payment_for(session, clock, who, payment_id, lock=True)
    require_version(payment.version, expected)
    order = await repository.disputed_order(session, payment.id)
    if order is None or order.bank_fen is None:
        raise NotDisputed
    if payment.approved_by == who.subject:
        raise FourEyes
    owner = payment.payee_kind, payment.payee_owner
    if await owned_by(session, who, {owner}, {payment.application_id}):
        raise OwnPayment
    if (given.outcome == "paid") != (order.bank_fen > 0):
        raise NotWhatTheBankSays(bank_fen=order.bank_fen)
    proposed_by = order.resolution_by if order.resolution == given.outcome else None
    if proposed_by == who.subject:
        raise FourEyes
    if proposed_by is None:
        order.resolution, order.resolution_by = given.outcome, who.subject
        order.resolution_note = given.note
        payment.version += 1
    else:
        await _end_dispute(session, clock, order, payment, proposed_by, who.subject)
        if order.bank_fen >= 0:
            await repository.explain(session, f"order:{order.id}", given.note, who.subject)
    await record(
        session,
        clock,
        who,
        payment,
        "payment.resolve",
        outcome=given.outcome,
        bank_fen=order.bank_fen,
        proposed_by=proposed_by,
    )
    return payment


async def _end_dispute(
    session: AsyncSession,
    clock: Clock,
    order: BankOrder,
    payment: Payment,
    proposed_by: str,
    confirmed_by: str,
) -> None:
    moved = order.bank_fen or 0
    event: EventData
    if moved <= 0:
        event = _refused(order, payment, "returned-by-bank")
    else:
        excess = max(0, moved - order.amount_fen)
        session.add(_booked(order, payment, moved - excess, clock))
        if excess:
            by = (proposed_by, confirmed_by)
            await _recover_excess(session, clock, order, payment, excess, by)
        made = payment.status == PaymentStatus.PAID
        event = PaymentMade(**state(payment)) if made else PaymentFailed(**state(payment))
    await save_events(session, clock, [event])
    await _stop_halted(session, clock, [payment])
    await repository.settle_batches(session, [payment.batch_id] if payment.batch_id else [])


async def _stop_halted(session: AsyncSession, clock: Clock, payments: Sequence[Payment]) -> None:
    """Stop what came back from the bank of applications of which nothing more is to be paid."""
    failed = [payment for payment in payments if payment.status == PaymentStatus.FAILED]
    halted = await repository.halted(session, {payment.application_id for payment in failed})
    for payment in failed:
        if payment.application_id in halted:
            await stop(session, clock, payment)


async def _recover_excess(
    session: AsyncSession,
    clock: Clock,
    order: BankOrder,
    payment: Payment,
    excess: int,
    by: tuple[str, str],
) -> None:
    """Let a receivable stand for what the bank moved beyond the order; no budget paid it."""
    order.booked_fen += excess
    payment.paid_fen += excess
    payment.recovering_fen += excess
    recovery = Recovery(
        id=new_id(),
        origin="overpaid",
        application_id=payment.application_id,
        measure=payment.measure,
        region=payment.region,
        payee_kind=payment.payee_kind,
        payee_owner=payment.payee_owner,
        amount_fen=excess,
        status=RecoveryStatus.ORDERED,
        proposed_by=by[0],
        proposed_at=clock.now(),
        confirmed_by=by[1],
    )
    session.add(recovery)
    await session.flush()
    session.add(
        RecoveryPart(
            recovery_id=recovery.id,
            payment_id=payment.id,
            budget_id=payment.budget_id,
            amount_fen=excess,
        )
    )
    receivable = f"receivable:{payment.payee_kind}:{payment.payee_owner}"
    session.add(transfer("recovery", payment, receivable, BANK, excess, recovery.id, clock))
    await save_event(session, clock, PaymentRecoveryOrdered(**recovery_state(recovery)))


def recovery_state(recovery: Recovery) -> dict[str, object]:
    """Return the public state of a recovery, as its events carry it."""
    return {
        "version": recovery.version,
        "recovery_id": recovery.id,
        "application_id": recovery.application_id,
        "measure": recovery.measure,
        "region": recovery.region,
        "amount_fen": recovery.amount_fen,
        "repaid_fen": recovery.repaid_fen,
        "written_off_fen": recovery.written_off_fen,
        "status": recovery.status,
    }
