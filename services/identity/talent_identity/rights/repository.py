"""Reading all that is kept of a talent, and removing it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.idempotency import forget_answers

from ..models import Code, Document, Employment, RegistryEntry


async def employments_of(session: AsyncSession, talent_id: UUID) -> Sequence[Employment]:
    """Return all employments of a talent, newest first."""
    query = select(Employment).where(Employment.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Employment.id).desc()))).all()


async def codes_of(session: AsyncSession, talent_id: UUID) -> Sequence[Code]:
    """Return all issues of a talent's code, newest first."""
    query = select(Code).where(Code.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Code.serial).desc()))).all()


async def remove(session: AsyncSession, talent_id: UUID, login: str | None, at: datetime) -> None:
    """Void the code, and remove all that hangs on the talent, and the login's kept answers."""
    await session.execute(
        update(Code)
        .where(col(Code.talent_id) == talent_id, col(Code.voided_at).is_(None))
        .values(voided_at=at)
    )
    for table in (Document, Employment, RegistryEntry):
        await session.execute(delete(table).where(col(table.talent_id) == talent_id))
    if login is not None:
        await forget_answers(session, login)
