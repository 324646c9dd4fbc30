from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..disbursements.rules import RELEASABLE
from ..models.money import Budget, Payment, PaymentStatus
from ..models.settling import Batch, BatchItem, BatchStatus


async def batch(session: AsyncSession, batch_id: UUID, *, lock: bool = False) -> Batch | None:
    query = select(Batch).where(col(Batch.id) == batch_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def owed(
    session: AsyncSession,
    regions: Sequence[str],
    measure: str | None,
    pool: str | None,
    limit: int,
) -> list[Payment]:
    """Return owed payments of regions that stand in no batch, the oldest first, locked."""
    query = select(Payment).where(
        col(Payment.region).in_(regions),
        col(Payment.status) == PaymentStatus.ORDERED,
        col(Payment.batch_id).is_(None),
    )
    if measure is not None:
        query = query.where(col(Payment.measure) == measure)
    if pool is not None:
        pools = select(Budget.id).where(col(Budget.pool) == pool)
        query = query.where(col(Payment.budget_id).in_(pools))
    query = query.order_by(col(Payment.id)).limit(limit).with_for_update(skip_locked=True)
    return list((await session.exec(query)).all())


async def named(
    session: AsyncSession, regions: Sequence[str], payment_ids: Sequence[UUID]
) -> list[Payment]:
    """Return those of the named payments that can go into a batch, locked."""
    drafts = select(Batch.id).where(col(Batch.status) == BatchStatus.DRAFT)
    query = select(Payment).where(
        col(Payment.id).in_(payment_ids),
        col(Payment.region).in_(regions),
        col(Payment.status).in_(RELEASABLE),
        col(Payment.batch_id).is_(None) | col(Payment.batch_id).not_in(drafts),
    )
    query = query.order_by(col(Payment.id)).with_for_update()
    return list((await session.exec(query)).all())


async def items(session: AsyncSession, batch_id: UUID) -> list[BatchItem]:
    query = select(BatchItem).where(col(BatchItem.batch_id) == batch_id)
    return list((await session.exec(query.order_by(col(BatchItem.payment_id)))).all())


async def let_go(session: AsyncSession, batch_id: UUID) -> None:
    """Take the payments of a batch out of it."""
    await session.execute(
        update(Payment)
        .where(col(Payment.batch_id) == batch_id)
        .values(batch_id=None)
        .execution_options(synchronize_session=False)
    )
