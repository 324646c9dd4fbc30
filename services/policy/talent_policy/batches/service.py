"""Batches: made by one, released in one act or sent back by another (制单、复核)."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams, paginate
from talent_kit.regions import region_and_below
from talent_kit.versions import require_version

from ..callers import owned_by
from ..disbursements import reading
from ..disbursements import repository as disbursements
from ..disbursements.errors import AccountChanged, FourEyes, NotReleasable, OwnPayment
from ..disbursements.rules import RELEASABLE
from ..disbursements.service import to_bank
from ..models.money import Payment
from ..models.settling import Batch, BatchItem, BatchStatus
from ..payees import service as payees
from ..payees.errors import PayeeMissing
from . import repository
from .errors import BatchNotDraft, MakerIsChecker, NoBatch, NothingOwed, NothingReleasable
from .schemas import BatchCreate, BatchDetail, BatchLine, BatchRead, Refused


async def make(
    session: AsyncSession, clock: Clock, who: Principal, given: BatchCreate
) -> BatchRead:
    """Make a batch of owed payments; raises OutsideRegion, NothingOwed."""
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    regions = region_and_below(given.region, local_date(clock.now()))
    refused: list[Refused] = []
    if given.payment_ids is None:
        payments = await repository.owed(session, regions, given.measure, given.pool, given.limit)
    else:
        payments = await repository.named(session, regions, given.payment_ids)
        missing = set(given.payment_ids) - {payment.id for payment in payments}
        code = NotReleasable.code
        refused = [Refused(payment_id=one, code=code) for one in sorted(missing)]
    if not payments:
        raise NothingOwed
    batch = Batch(
        id=new_id(),
        region=given.region,
        measure=given.measure,
        pool=given.pool,
        count=len(payments),
        total_fen=sum(_owed(payment) for payment in payments),
        made_by=who.subject,
        made_at=clock.now(),
    )
    session.add(batch)
    await session.flush()
    for payment in payments:
        payment.batch_id = batch.id
        payment.version += 1
        session.add(BatchItem(batch_id=batch.id, payment_id=payment.id, amount_fen=_owed(payment)))
    await _audit(session, clock, who, batch, "batch.make")
    return _read(batch, refused)


async def release(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    batch_id: UUID,
    account_changes: Mapping[UUID, datetime],
    expected: int,
) -> BatchRead:
    """Release a batch in one act; what cannot go stays owed, outside it, with the reason named.

    Raises NoBatch, OutsideRegion, VersionChanged, BatchNotDraft, MakerIsChecker, FourEyes where the
    checker approved a payment of it, OwnPayment where one goes to the checker, NothingReleasable.
    """
    batch = await _draft(session, clock, who, batch_id, expected)
    if batch.made_by == who.subject:
        raise MakerIsChecker
    items = {item.payment_id: item for item in await repository.items(session, batch.id)}
    payments = await disbursements.payments(session, items)
    approved = [str(one.id) for one in payments.values() if one.approved_by == who.subject]
    if approved:
        raise FourEyes(payments=approved)
    owners = {(one.payee_kind, one.payee_owner) for one in payments.values()}
    applications = {one.application_id for one in payments.values()}
    if await owned_by(session, who, owners, applications):
        raise OwnPayment
    refusals = await _refusals(session, batch, list(payments.values()), account_changes)
    good = [payment for payment in payments.values() if payment.id not in refusals]
    if not good:
        raise NothingReleasable(
            refused=[{"payment_id": str(one), "code": code} for one, code in refusals.items()]
        )
    for payment_id, code in refusals.items():
        items[payment_id].refusal = code
        if payments[payment_id].batch_id == batch.id:
            payments[payment_id].batch_id = None
            payments[payment_id].version += 1
    batch.status, batch.released_by = BatchStatus.RELEASED, who.subject
    batch.released_at = clock.now()
    batch.count, batch.total_fen = len(good), sum(_owed(payment) for payment in good)
    batch.version += 1
    await to_bank(session, clock, good, who.subject)
    await _audit(session, clock, who, batch, "batch.release", refused=len(refusals))
    return _read(batch, _refused(items.values()))


async def _refusals(
    session: AsyncSession,
    batch: Batch,
    payments: list[Payment],
    account_changes: Mapping[UUID, datetime],
) -> dict[UUID, str]:
    """Return the code of why a payment cannot go, for those that cannot."""
    on_file = await payees.on_file(session, payments)
    halted = await disbursements.halted(session, {one.application_id for one in payments})
    changed = await payees.changed_since(session, payments)
    codes: dict[UUID, str] = {}
    for payment in payments:
        here = payment.status in RELEASABLE and payment.batch_id == batch.id
        if not here or payment.application_id in halted:
            codes[payment.id] = NotReleasable.code
        elif (payment.payee_kind, payment.payee_owner) not in on_file:
            codes[payment.id] = PayeeMissing.code
        elif payment.id in changed and changed[payment.id] != account_changes.get(payment.id):
            codes[payment.id] = AccountChanged.code
    return codes


async def cancel(
    session: AsyncSession, clock: Clock, who: Principal, batch_id: UUID, reason: str, expected: int
) -> BatchRead:
    """Send a batch back, or take it back; its payments are owed as before.

    Raises NoBatch, OutsideRegion, VersionChanged, BatchNotDraft.
    """
    batch = await _draft(session, clock, who, batch_id, expected)
    batch.status, batch.reason = BatchStatus.CANCELLED, reason
    batch.version += 1
    await session.flush()
    await repository.let_go(session, batch.id)
    await _audit(session, clock, who, batch, "batch.cancel")
    return _read(batch, [])


async def _draft(
    session: AsyncSession, clock: Clock, who: Principal, batch_id: UUID, expected: int
) -> Batch:
    batch = await batch_for(session, clock, who, batch_id, lock=True)
    require_version(batch.version, expected)
    if batch.status != BatchStatus.DRAFT:
        raise BatchNotDraft
    return batch


async def batch_for(
    session: AsyncSession, clock: Clock, who: Principal, batch_id: UUID, *, lock: bool = False
) -> Batch:
    """Return a batch of the staff member's region; raises NoBatch, OutsideRegion."""
    batch = await repository.batch(session, batch_id, lock=lock)
    if batch is None:
        raise NoBatch
    if not who.oversees(batch.region, clock):
        raise OutsideRegion
    return batch


async def page(
    session: AsyncSession, clock: Clock, who: Principal, status: str | None, params: PageParams
) -> Page[BatchLine]:
    """Return a page of the batches of the caller's regions."""
    query = select(Batch).where(col(Batch.region).in_(who.regions(clock)))
    if status is not None:
        query = query.where(col(Batch.status) == status)
    rows, following = await paginate(session, query, col(Batch.id), params)
    lines = [BatchLine.model_validate(row.model_dump()) for row in rows]
    return Page(items=lines, next_cursor=following)


async def detail(session: AsyncSession, clock: Clock, batch: Batch) -> BatchDetail:
    """Return a batch with its payments as they stand now, those that stayed behind included."""
    items = {item.payment_id: item for item in await repository.items(session, batch.id)}
    payments = await disbursements.payments(session, items, lock=False)
    rows = [payments[payment_id] for payment_id in items]
    return BatchDetail(
        **_read(batch, _refused(items.values())).model_dump(),
        items=await reading.details(session, clock, rows),
    )


COLUMNS = (
    "batch",
    "payment_id",
    "application_id",
    "measure",
    "instalment",
    "amount_yuan",
    "account",
    "status",
    "refusal",
)


async def export(session: AsyncSession, clock: Clock, batch: Batch) -> str:
    """Return the batch as CSV: nobody is named, accounts show their last digits alone."""
    found = await detail(session, clock, batch)
    refusals = {one.payment_id: one.code for one in found.refused}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for item in found.items:
        writer.writerow(
            (
                found.number,
                item.id,
                item.application_id,
                item.measure,
                item.instalment,
                f"{item.amount_fen // 100}.{item.amount_fen % 100:02d}",
                item.account_masked or "",
                item.status,
                refusals.get(item.id, ""),
            )
        )
    return text.getvalue()


def _owed(payment: Payment) -> int:
    return payment.amount_fen - payment.paid_fen


def _refused(items: Iterable[BatchItem]) -> list[Refused]:
    return [
        Refused(payment_id=item.payment_id, code=item.refusal)
        for item in items
        if item.refusal is not None
    ]


def _read(batch: Batch, refused: list[Refused]) -> BatchRead:
    return BatchRead.model_validate(batch.model_dump() | {"refused": refused})


async def _audit(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    batch: Batch,
    action: str,
    **detail: object,
) -> None:
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=str(batch.id),
        region=batch.region,
        detail={"count": batch.count, "total_fen": batch.total_fen, **detail},
    )
