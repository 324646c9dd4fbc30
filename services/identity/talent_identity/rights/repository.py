"""Reading all that is kept of a talent, and removing it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import tables

from ..models import Code, Document, Employment
from .schemas import Reading

_MOST = 1000


async def employments_of(session: AsyncSession, talent_id: UUID) -> Sequence[Employment]:
    """Return all employments of a talent, newest first."""
    query = select_rows(Employment).where(Employment.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Employment.id).desc()))).all()


async def codes_of(session: AsyncSession, talent_id: UUID) -> Sequence[Code]:
    """Return all issues of a talent's code, newest first."""
    query = select_rows(Code).where(Code.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Code.serial).desc()))).all()


async def readings(
    session: AsyncSession, subjects: Sequence[str], but_by: str | None
) -> list[Reading]:
    """Return what others than one login did to some subjects, newest first."""
    log = tables.audit.c
    query = (
        select(log.at, log.action, log.region, log.purpose)
        .where(log.subject.in_(subjects), log.actor != but_by)
        .order_by(log.position.desc())
        .limit(_MOST)
    )
    rows = await session.execute(query)
    return [Reading.model_validate(row, from_attributes=True) for row in rows]


async def remove(session: AsyncSession, talent_id: UUID, login: str | None, at: datetime) -> None:
    """Void the code, and remove documents, employments and the answers kept for the login."""
    await session.execute(
        update(Code)
        .where(col(Code.talent_id) == talent_id, col(Code.voided_at).is_(None))
        .values(voided_at=at)
    )
    for table in (Document, Employment):
        await session.execute(delete(table).where(col(table.talent_id) == talent_id))
    await session.execute(delete(tables.idempotency).where(tables.idempotency.c.principal == login))
