"""Awards, release, and what the bank's answers do. Amounts are integer fen.

Whoever approves does not release, but where the authority's standing order releases at once.
"""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    PaymentFailed,
    PaymentMade,
    PaymentOrdered,
    PaymentReleased,
    PaymentStopped,
)
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..callers import is_owner
from ..models.money import BankOrder, Budget, OrderStatus, Payment, PaymentStatus, Transfer
from . import repository
from .bank import BankAnswer
from .errors import (
    BudgetBelowReserved,
    BudgetExists,
    BudgetMissing,
    FourEyes,
    NoBudget,
    NoPayment,
    NotReleasable,
    OwnPayment,
)
from .rules import RELEASABLE, due_now
from .schemas import Award, BudgetCreate

SEND = "disbursements.send"
"""Timer: give an order to the bank, or ask what became of it; the key is the order's id."""
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
    for payment in payments:
        if payment.status == PaymentStatus.PLANNED:
            await set_timer(session, FALL_DUE, str(payment.id), local_midnight(payment.due))
            continue
        await save_event(session, clock, PaymentOrdered(**state(payment)))
        if given.approved_by is None:
            await _release(session, clock, payment, STANDING_ORDER)
    return payments


async def release(
    session: AsyncSession, clock: Clock, who: Principal, payment_id: UUID, expected: int
) -> Payment:
    """Release an owed payment, or one that the bank refused, to the bank.

    Raises NoPayment, OutsideRegion, FourEyes, NotReleasable, VersionChanged.
    """
    payment = await payment_for(session, clock, who, payment_id, lock=True)
    require_version(payment.version, expected)
    if payment.approved_by == who.subject:
        raise FourEyes
    if await is_owner(session, who, payment.payee_kind, payment.payee_owner):
        raise OwnPayment
    if payment.status not in RELEASABLE:
        raise NotReleasable
    await _release(session, clock, payment, who.subject)
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="payment.release",
        subject=str(payment.id),
        region=payment.region,
        detail={"amount_fen": payment.amount_fen, "instalment": payment.instalment},
    )
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


async def _release(session: AsyncSession, clock: Clock, payment: Payment, by: str) -> None:
    payment.status = PaymentStatus.RELEASED
    payment.released_by = by
    payment.failure = None
    payment.version += 1
    order = BankOrder(
        payment_id=payment.id,
        attempt=await repository.orders_made(session, payment.id) + 1,
        amount_fen=payment.amount_fen,
        made_at=clock.now(),
    )
    session.add(order)
    await save_event(session, clock, PaymentReleased(**state(payment)))
    await set_timer(session, SEND, str(order.id), clock.now())


async def planned(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """Return a payment, locked, while it is planned for a later day."""
    payment = await repository.payment(session, payment_id, lock=True)
    return payment if payment and payment.status == PaymentStatus.PLANNED else None


async def fall_due(session: AsyncSession, clock: Clock, payment: Payment) -> None:
    """Owe a planned instalment, whose budget is reserved since the award.

    Raises BudgetMissing while its year is not appropriated.
    """
    budget = await repository.budget(session, payment.budget_id, lock=True)
    if budget is None or budget.limit_fen is None:
        raise BudgetMissing
    payment.status = PaymentStatus.ORDERED
    payment.version += 1
    session.add(
        Transfer(
            kind="award",
            debit=f"budget:{payment.budget_id}",
            credit=f"payable:{payment.payee_kind}:{payment.payee_owner}",
            amount_fen=payment.amount_fen,
            payment_id=payment.id,
            booked_at=clock.now(),
        )
    )
    await save_event(session, clock, PaymentOrdered(**state(payment)))
    if payment.approved_by is None:
        await _release(session, clock, payment, STANDING_ORDER)


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
    session.add(
        Transfer(
            kind="reversal",
            debit=f"payable:{payment.payee_kind}:{payment.payee_owner}",
            credit=f"budget:{payment.budget_id}",
            amount_fen=payment.amount_fen,
            payment_id=payment.id,
            booked_at=clock.now(),
        )
    )
    await stop(session, clock, payment)
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="payment.cancel",
        subject=str(payment.id),
        region=payment.region,
        detail={"amount_fen": payment.amount_fen, "instalment": payment.instalment},
    )
    return payment


async def stop(session: AsyncSession, clock: Clock, payment: Payment) -> None:
    """Stop an instalment and free what it reserved."""
    budget = await repository.budget(session, payment.budget_id, lock=True)
    if budget is not None:
        budget.reserved_fen -= payment.amount_fen
        budget.version += 1
    payment.status = PaymentStatus.STOPPED
    payment.version += 1
    await save_event(session, clock, PaymentStopped(**state(payment)))


async def settle(session: AsyncSession, clock: Clock, order_id: UUID, answer: BankAnswer) -> None:
    """Take the bank's definite answer to an order; a second answer changes nothing."""
    order = await repository.order(session, order_id, lock=True)
    if order is None or order.status not in repository.OPEN_ORDERS:
        return
    payment = await repository.payment(session, order.payment_id, lock=True)
    if payment is None:
        raise NoPayment
    order.settled_at = clock.now()
    payment.version += 1
    if answer.status == "refused":
        order.status, order.reason = OrderStatus.REFUSED, answer.reason
        payment.status, payment.failure = PaymentStatus.FAILED, answer.reason
        await save_event(session, clock, PaymentFailed(**state(payment)))
        return
    order.status, payment.status = OrderStatus.BOOKED, PaymentStatus.PAID
    session.add(
        Transfer(
            kind="payment",
            debit=f"payable:{payment.payee_kind}:{payment.payee_owner}",
            credit="bank:settlement",
            amount_fen=order.amount_fen,
            payment_id=payment.id,
            booked_at=clock.now(),
        )
    )
    await save_event(session, clock, PaymentMade(**state(payment)))


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


async def create_budget(
    session: AsyncSession, clock: Clock, who: Principal, given: BudgetCreate
) -> Budget:
    """Appropriate a year; gives a year that instalments already reserve its limit.

    Raises OutsideRegion, BudgetExists, BudgetBelowReserved.
    """
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    found = await repository.budget_of(session, given.pool, given.region, given.year)
    if found is not None:
        if found.limit_fen is not None:
            raise BudgetExists
        return await _set_limit(session, clock, who, found, given.limit_fen)
    budget = Budget(**given.model_dump())
    session.add(budget)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_budget_pool_region_year":
            raise BudgetExists from error
        raise
    await _audit_budget(session, clock, who, budget, "budget.create")
    return budget


async def change_budget(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    budget_id: UUID,
    limit_fen: int,
    expected: int,
) -> Budget:
    """Set a new limit, not below what is reserved."""
    budget = await repository.budget(session, budget_id, lock=True)
    if budget is None:
        raise NoBudget
    if not who.oversees(budget.region, clock):
        raise OutsideRegion
    require_version(budget.version, expected)
    return await _set_limit(session, clock, who, budget, limit_fen)


async def _set_limit(
    session: AsyncSession, clock: Clock, who: Principal, budget: Budget, limit_fen: int
) -> Budget:
    if limit_fen < budget.reserved_fen:
        raise BudgetBelowReserved(reserved_fen=budget.reserved_fen)
    budget.limit_fen = limit_fen
    budget.version += 1
    await session.flush()
    await _audit_budget(session, clock, who, budget, "budget.limit")
    return budget


async def _audit_budget(
    session: AsyncSession, clock: Clock, who: Principal, budget: Budget, action: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=str(budget.id),
        region=budget.region,
        detail={"pool": budget.pool, "year": budget.year, "limit_fen": budget.limit_fen},
    )
