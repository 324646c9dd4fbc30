"""From the proposal of a recovery to the last fen. Amounts are integer fen.

A confirmed recovery stands as a receivable against the payee, and what is still to come of the
application is stopped. A repayment frees the budget of the payments that it returns.
"""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PaymentRecoveryOrdered, PaymentRecoveryReceived, PaymentRecoveryWaived
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams, paginate
from talent_kit.personal import Erased, Vault
from talent_kit.versions import require_version

from ..callers import owned_by
from ..disbursements import repository as disbursements
from ..disbursements.errors import OwnPayment
from ..disbursements.rules import TO_COME
from ..disbursements.service import stop, transfer
from ..disbursements.settling import BANK, recovery_state
from ..models.settling import Recovery, RecoveryPart, RecoveryStatus
from . import repository
from .errors import NoRecovery, NothingPaid, RecoveryNotOpen, SamePerson, TooMuch
from .rules import reference, spread
from .schemas import RecoveryCreate, RecoveryLine, RecoveryPartRead, RecoveryRead

_SEALED = ("recovery", "reason")


async def propose(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, given: RecoveryCreate
) -> Recovery:
    """Propose to recover what was paid, the latest instalments first.

    Raises NothingPaid, OutsideRegion, OwnPayment, TooMuch.
    """
    payments = await repository.payments(session, given.application_id)
    paid = [one for one in payments if given.payment_id in {None, one.id}]
    if not paid:
        raise NothingPaid
    first = paid[0]
    if not who.oversees(first.region, clock):
        raise OutsideRegion
    owner = first.payee_kind, first.payee_owner
    if await owned_by(session, who, {owner}, {first.application_id}):
        raise OwnPayment
    left = [(one.id, one.paid_fen - one.recovering_fen) for one in reversed(paid)]
    if given.amount_fen > sum(fen for _, fen in left):
        raise TooMuch(field="body.amount_fen", left_fen=sum(fen for _, fen in left))
    recovery = Recovery(
        id=new_id(),
        origin="granted",
        application_id=first.application_id,
        measure=first.measure,
        region=first.region,
        payee_kind=first.payee_kind,
        payee_owner=first.payee_owner,
        amount_fen=given.amount_fen,
        status=RecoveryStatus.PROPOSED,
        proposed_by=who.subject,
        proposed_at=clock.now(),
    )
    try:
        key = await vault.data_key(session, first.payee_owner)
    except Erased:
        key = await vault.data_key(session, recovery.id)
    recovery.reason_sealed = key.seal(given.reason, *_SEALED, recovery.id)
    session.add(recovery)
    await session.flush()
    by_id = {one.id: one for one in paid}
    for payment_id, share in spread(given.amount_fen, left):
        payment = by_id[payment_id]
        payment.recovering_fen += share
        payment.version += 1
        session.add(
            RecoveryPart(
                recovery_id=recovery.id,
                payment_id=payment_id,
                budget_id=payment.budget_id,
                amount_fen=share,
            )
        )
    await _audit(session, clock, who, recovery, "recovery.propose")
    return recovery


async def confirm(
    session: AsyncSession, clock: Clock, who: Principal, recovery_id: UUID, expected: int
) -> Recovery:
    """Order what somebody else proposed: the receivable stands, nothing more of it is paid.

    Raises NoRecovery, OutsideRegion, VersionChanged, RecoveryNotOpen, SamePerson, OwnPayment.
    """
    recovery = await _open(session, clock, who, recovery_id, expected, RecoveryStatus.PROPOSED)
    if recovery.proposed_by == who.subject:
        raise SamePerson
    payments = await repository.payments(session, recovery.application_id)
    by_id = {payment.id: payment for payment in payments}
    for part in await repository.parts(session, recovery.id):
        payment, budget = by_id[part.payment_id], f"budget:{part.budget_id}"
        session.add(
            transfer(
                "recovery",
                payment,
                _receivable(recovery),
                budget,
                part.amount_fen,
                recovery.id,
                clock,
            )
        )
    for payment in payments:
        if payment.status in TO_COME:
            await stop(session, clock, payment)
    recovery.status, recovery.confirmed_by = RecoveryStatus.ORDERED, who.subject
    recovery.version += 1
    await save_event(session, clock, PaymentRecoveryOrdered(**recovery_state(recovery)))
    await _audit(session, clock, who, recovery, "recovery.confirm")
    return recovery


async def withdraw(
    session: AsyncSession, clock: Clock, who: Principal, recovery_id: UUID, expected: int
) -> Recovery:
    """Take back a recovery that is not confirmed."""
    recovery = await _open(session, clock, who, recovery_id, expected, RecoveryStatus.PROPOSED)
    payments = {one.id: one for one in await repository.payments(session, recovery.application_id)}
    for part in await repository.parts(session, recovery.id):
        payments[part.payment_id].recovering_fen -= part.amount_fen
        payments[part.payment_id].version += 1
    recovery.status = RecoveryStatus.WITHDRAWN
    recovery.version += 1
    await _audit(session, clock, who, recovery, "recovery.withdraw")
    return recovery


async def write_off(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    recovery_id: UUID,
    amount_fen: int,
    expected: int,
) -> Recovery:
    """Propose to write off, or write off by saying what somebody else has proposed.

    Raises NoRecovery, OutsideRegion, VersionChanged, RecoveryNotOpen, SamePerson, TooMuch.
    """
    recovery = await _open(session, clock, who, recovery_id, expected, RecoveryStatus.ORDERED)
    if amount_fen > _left(recovery):
        raise TooMuch(field="body.amount_fen", left_fen=_left(recovery))
    proposed_by = recovery.write_off_by if recovery.write_off_fen == amount_fen else None
    if proposed_by == who.subject:
        raise SamePerson
    recovery.version += 1
    if proposed_by is None:
        recovery.write_off_fen, recovery.write_off_by = amount_fen, who.subject
    else:
        recovery.write_off_fen = recovery.write_off_by = None
        recovery.written_off_fen += amount_fen
        await _clear(session, clock, recovery, amount_fen, "write_off", new_id())
        await save_event(session, clock, PaymentRecoveryWaived(**recovery_state(recovery)))
    await _audit(
        session,
        clock,
        who,
        recovery,
        "recovery.write-off",
        write_off_fen=amount_fen,
        proposed_by=proposed_by,
    )
    return recovery


async def repay(
    session: AsyncSession, clock: Clock, recovery: Recovery, amount_fen: int, source_id: UUID
) -> int:
    """Book a repayment to a locked recovery; return what of it was due."""
    if recovery.status != RecoveryStatus.ORDERED:
        return 0
    taken = min(amount_fen, _left(recovery))
    recovery.repaid_fen += taken
    recovery.version += 1
    if recovery.write_off_fen is not None and recovery.write_off_fen > _left(recovery):
        recovery.write_off_fen = recovery.write_off_by = None
    await _clear(session, clock, recovery, taken, "repayment", source_id)
    await save_event(session, clock, PaymentRecoveryReceived(**recovery_state(recovery)))
    return taken


async def _clear(
    session: AsyncSession,
    clock: Clock,
    recovery: Recovery,
    amount_fen: int,
    kind: str,
    source_id: UUID,
) -> None:
    """Take an amount off the receivable: against the bank, or against whoever bears the loss."""
    parts = {part.payment_id: part for part in await repository.parts(session, recovery.id)}
    left = [(part.payment_id, part.amount_fen - part.cleared_fen) for part in parts.values()]
    payments = await disbursements.payments(session, parts, lock=False)
    for payment_id, share in spread(amount_fen, left):
        part, payment = parts[payment_id], payments[payment_id]
        part.cleared_fen += share
        debit = BANK if kind == "repayment" else _loss(recovery, part)
        session.add(transfer(kind, payment, debit, _receivable(recovery), share, source_id, clock))
        if kind == "repayment" and recovery.origin == "granted":
            await disbursements.free(session, part.budget_id, share)
    if _left(recovery) == 0:
        recovery.status = RecoveryStatus.SETTLED
    await session.flush()


def _left(recovery: Recovery) -> int:
    return recovery.amount_fen - recovery.repaid_fen - recovery.written_off_fen


def _receivable(recovery: Recovery) -> str:
    return f"receivable:{recovery.payee_kind}:{recovery.payee_owner}"


def _loss(recovery: Recovery, part: RecoveryPart) -> str:
    """Return who bears what is written off: the budget that had paid, or nobody's."""
    return f"budget:{part.budget_id}" if recovery.origin == "granted" else f"loss:{part.payment_id}"


async def _open(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    recovery_id: UUID,
    expected: int,
    status: RecoveryStatus,
) -> Recovery:
    recovery = await recovery_for(session, clock, who, recovery_id, lock=True)
    require_version(recovery.version, expected)
    if recovery.status != status:
        raise RecoveryNotOpen
    owner = recovery.payee_kind, recovery.payee_owner
    if await owned_by(session, who, {owner}, {recovery.application_id}):
        raise OwnPayment
    return recovery


async def recovery_for(
    session: AsyncSession, clock: Clock, who: Principal, recovery_id: UUID, *, lock: bool = False
) -> Recovery:
    """Return a recovery of the staff member's region; raises NoRecovery, OutsideRegion."""
    recovery = await repository.recovery(session, recovery_id, lock=lock)
    if recovery is None:
        raise NoRecovery
    if not who.oversees(recovery.region, clock):
        raise OutsideRegion
    return recovery


async def page(
    session: AsyncSession, clock: Clock, who: Principal, status: str | None, params: PageParams
) -> Page[RecoveryLine]:
    """Return a page of the recoveries of the caller's regions."""
    query = select(Recovery).where(col(Recovery.region).in_(who.regions(clock)))
    if status is not None:
        query = query.where(col(Recovery.status) == status)
    rows, following = await paginate(session, query, col(Recovery.id), params)
    lines = [RecoveryLine.model_validate(_line(row)) for row in rows]
    return Page(items=lines, next_cursor=following)


async def read(session: AsyncSession, vault: Vault, recovery: Recovery) -> RecoveryRead:
    """Return a recovery with its reason and what falls on each payment."""
    reason = None
    if recovery.reason_sealed is not None:
        keys = await vault.data_keys(session, [recovery.payee_owner, recovery.id])
        key = keys.get(recovery.id) or keys.get(recovery.payee_owner)
        if key is not None:
            reason = key.open(recovery.reason_sealed, *_SEALED, recovery.id)
    await session.flush()
    parts = await repository.parts(session, recovery.id)
    return RecoveryRead(
        **_line(recovery),
        reason=reason,
        parts=[RecoveryPartRead.model_validate(part.model_dump()) for part in parts],
    )


def _line(recovery: Recovery) -> dict[str, object]:
    return recovery.model_dump(include=set(RecoveryLine.model_fields)) | {
        "reference": reference(recovery.number or 0)
    }


async def _audit(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    recovery: Recovery,
    action: str,
    **detail: object,
) -> None:
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=str(recovery.id),
        region=recovery.region,
        detail={
            "application_id": str(recovery.application_id),
            "amount_fen": recovery.amount_fen,
            **detail,
        },
    )
