"""Awards, release and cancelling. Amounts are integer fen.

Whoever approves does not release, but where the authority's standing order releases at once.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PaymentOrdered, PaymentReleased, PaymentStopped
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event, save_events
from talent_kit.timers import set_timers
from talent_kit.versions import require_version

from ..callers import owned_by
from ..models.money import BankOrder, Payment, PaymentStatus, Transfer
from ..payees.service import changed_since
from . import repository
from .bank import MOST_ORDERS
from .errors import (
    AccountChanged,
    BudgetMissing,
    FourEyes,
    NoPayment,
    NotReleasable,
    OwnPayment,
)
from .rules import RELEASABLE, due_now
from .schemas import Award

SEND = "disbursements.send"
"""Timer: send open orders to the bank, or ask what became of them; the key is a lane's number."""
LANES = 4
"""How many may send beside one another; orders belong to no lane, each takes what is due."""
STANDING_ORDER = "standing-order"
"""Who releases what an instant measure grants: the authority, by publishing it as instant."""
FALL_DUE = "disbursements.fall-due"
"""Timer: a planned instalment's day has come; the key is the payment's id."""


async def award(session: AsyncSession, clock: Clock, given: Award) -> list[Payment]:
    """Carry out a decision to pay, in the caller's transaction.

    Claims are taken, counters raised, each instalment reserves the budget of its year, those due by
    today are owed to the payee and, where released, ordered at the bank. Raises AlreadyClaimed,
    QuotaExhausted, CapExhausted, GroupChanged, BudgetExhausted, BudgetMissing; nothing is kept
    then, since the caller's transaction is lost.
    """
    today = local_date(clock.now())
    count = due_now(given.instalments, today)
    await session.flush()
    await repository.award(
        session, given, [new_id() for _ in given.instalments], clock.now(), count
    )
    payments = await repository.payments_of(session, given.application_id)
    later = [payment for payment in payments if payment.status == PaymentStatus.PLANNED]
    await set_timers(
        session, FALL_DUE, {str(payment.id): local_midnight(payment.due) for payment in later}
    )
    owed = [payment for payment in payments if payment.status == PaymentStatus.ORDERED]
    await save_events(session, clock, [PaymentOrdered(**state(payment)) for payment in owed])
    if given.approved_by is None:
        await to_bank(session, clock, owed, STANDING_ORDER)
    return payments


async def release(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    payment_id: UUID,
    expected: int,
    account_changed_at: datetime | None = None,
) -> Payment:
    """Release an owed payment, or one that the bank refused, to the bank.

    `account_changed_at` is the change of the account after the approval that the releaser saw.

    Raises NoPayment, OutsideRegion, FourEyes, OwnPayment, NotReleasable, AccountChanged,
    VersionChanged.
    """
    payment = await payment_for(session, clock, who, payment_id, lock=True)
    require_version(payment.version, expected)
    if payment.approved_by == who.subject:
        raise FourEyes
    owner = payment.payee_kind, payment.payee_owner
    if await owned_by(session, who, {owner}, {payment.application_id}):
        raise OwnPayment
    if payment.status not in RELEASABLE or await repository.halted(
        session, {payment.application_id}
    ):
        raise NotReleasable
    changed = await changed_since(session, [payment])
    if changed.get(payment.id, account_changed_at) != account_changed_at:
        raise AccountChanged(field="body.account_changed_at")
    await to_bank(session, clock, [payment], who.subject)
    await record(session, clock, who, payment, "payment.release")
    return payment


async def payment_for(
    session: AsyncSession, clock: Clock, who: Principal, payment_id: UUID, *, lock: bool = False
) -> Payment:
    """Return a payment of the staff member's region; raises NoPayment, OutsideRegion."""
    payment = await repository.payment(session, payment_id, lock=lock)
    if payment is None:
        raise NoPayment
    if not who.oversees(payment.region, clock):
        raise OutsideRegion
    return payment


async def to_bank(
    session: AsyncSession, clock: Clock, payments: Sequence[Payment], by: str
) -> None:
    """Order locked payments at the bank, at what is still owed of each; the worker sends."""
    if not payments:
        return
    now = clock.now()
    again = [payment.id for payment in payments if payment.status != PaymentStatus.ORDERED]
    made = await repository.orders_made(session, again) if again else {}
    for payment in payments:
        payment.status = PaymentStatus.RELEASED
        payment.released_by = by
        payment.failure = None
        payment.version += 1
        session.add(
            BankOrder(
                payment_id=payment.id,
                attempt=made.get(payment.id, 0) + 1,
                amount_fen=payment.amount_fen - payment.paid_fen,
                made_at=now,
                next_at=now,
            )
        )
    await save_events(session, clock, [PaymentReleased(**state(payment)) for payment in payments])
    # The lane comes last and is one for a single application: no two releases wait in a circle.
    first = payments[0].application_id.int % LANES if len(payments) <= MOST_ORDERS else 0
    lanes = range(first, min(LANES, first + -(-len(payments) // MOST_ORDERS)))
    await set_timers(session, SEND, {str(lane): now for lane in lanes})


async def planned(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """Return a payment, locked, while it is planned for a later day."""
    payment = await repository.payment(session, payment_id, lock=True)
    return payment if payment and payment.status == PaymentStatus.PLANNED else None


async def fall_due(session: AsyncSession, clock: Clock, payment: Payment) -> None:
    """Owe a planned instalment, whose budget is reserved since the award.

    The standing order releases it, but to an account that changed since the approval a person
    must. Raises BudgetMissing while its year is not appropriated.
    """
    budget = await repository.budget(session, payment.budget_id, lock=True)
    if budget is None or budget.limit_fen is None:
        raise BudgetMissing
    payment.status = PaymentStatus.ORDERED
    payment.version += 1
    session.add(
        transfer(
            "award",
            payment,
            f"budget:{payment.budget_id}",
            payable(payment),
            payment.amount_fen,
            payment.id,
            clock,
        )
    )
    await save_event(session, clock, PaymentOrdered(**state(payment)))
    if payment.approved_by is None and not await changed_since(session, [payment]):
        await to_bank(session, clock, [payment], STANDING_ORDER)


async def cancel(
    session: AsyncSession, clock: Clock, who: Principal, payment_id: UUID, expected: int
) -> Payment:
    """Stop a payment that is owed or was refused, and give the money back to its budget.

    Raises NoPayment, OutsideRegion, NotReleasable, VersionChanged. The claim stays taken.
    """
    payment = await payment_for(session, clock, who, payment_id, lock=True)
    require_version(payment.version, expected)
    if payment.status not in RELEASABLE:
        raise NotReleasable
    await stop(session, clock, payment)
    await record(session, clock, who, payment, "payment.cancel")
    return payment


async def stop(session: AsyncSession, clock: Clock, payment: Payment) -> None:
    """Stop a locked payment that is planned or owed: what is not paid of it is free again."""
    rest = payment.amount_fen - payment.paid_fen
    if payment.status in RELEASABLE:
        session.add(
            transfer(
                "reversal",
                payment,
                payable(payment),
                f"budget:{payment.budget_id}",
                rest,
                payment.id,
                clock,
            )
        )
    await repository.free(session, payment.budget_id, rest)
    payment.status = PaymentStatus.STOPPED
    payment.version += 1
    await save_event(session, clock, PaymentStopped(**state(payment)))


def payable(payment: Payment) -> str:
    """Return the account of what is owed to the payee."""
    return f"payable:{payment.payee_kind}:{payment.payee_owner}"


def transfer(
    kind: str,
    payment: Payment,
    debit: str,
    credit: str,
    amount_fen: int,
    source_id: UUID,
    clock: Clock,
) -> Transfer:
    """Return a movement of money of a payment, in its region."""
    return Transfer(
        kind=kind,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        region=payment.region,
        source_id=source_id,
        payment_id=payment.id,
        booked_at=clock.now(),
    )


async def record(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    payment: Payment,
    action: str,
    **detail: object,
) -> None:
    """Put an act on a payment into the audit log."""
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=str(payment.id),
        region=payment.region,
        detail={"amount_fen": payment.amount_fen, "instalment": payment.instalment, **detail},
    )


def state(payment: Payment) -> dict[str, object]:
    """Return the public state of a payment, as its events carry it."""
    return {
        "version": payment.version,
        "payment_id": payment.id,
        "application_id": payment.application_id,
        "measure": payment.measure,
        "region": payment.region,
        "instalment": payment.instalment,
        "amount_fen": payment.amount_fen,
        "status": payment.status,
    }
