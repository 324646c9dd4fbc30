from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.money import Payee


async def find(
    session: AsyncSession, kind: str, owner_id: UUID, *, lock: bool = False
) -> Payee | None:
    query = select(Payee).where(col(Payee.kind) == kind, col(Payee.owner_id) == owner_id)
    if lock:
        query = query.with_for_update()
    return (await session.exec(query)).one_or_none()
