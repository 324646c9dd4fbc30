from collections.abc import Collection
from uuid import UUID

import sqlalchemy
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import one_of

from ..models.money import Payment
from ..models.settling import Recovery, RecoveryPart


async def recovery(
    session: AsyncSession, recovery_id: UUID, *, lock: bool = False
) -> Recovery | None:
    query = select(Recovery).where(col(Recovery.id) == recovery_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def by_number(session: AsyncSession, number: int) -> Recovery | None:
    """Return a recovery by its number, locked."""
    query = select(Recovery).where(col(Recovery.number) == number).with_for_update()
    return (await session.exec(query)).one_or_none()


async def of_applications(
    session: AsyncSession, application_ids: Collection[UUID]
) -> dict[UUID, list[Recovery]]:
    """Return the recoveries of each application."""
    found: dict[UUID, list[Recovery]] = {identifier: [] for identifier in application_ids}
    rows = await session.execute(_OF_APPLICATIONS, {"ids": list(application_ids)})
    for recovery in rows.scalars():
        found[recovery.application_id].append(recovery)
    return found


_OF_APPLICATIONS = sqlalchemy.select(Recovery).where(one_of(col(Recovery.application_id), "ids"))


async def parts(session: AsyncSession, recovery_id: UUID) -> list[RecoveryPart]:
    query = select(RecoveryPart).where(col(RecoveryPart.recovery_id) == recovery_id)
    return list((await session.exec(query.order_by(col(RecoveryPart.payment_id)))).all())


async def payments(session: AsyncSession, application_id: UUID) -> list[Payment]:
    """Return the payments of an application, locked, in the order of their instalments."""
    query = select(Payment).where(col(Payment.application_id) == application_id)
    query = query.order_by(col(Payment.instalment)).with_for_update()
    return list((await session.exec(query)).all())
