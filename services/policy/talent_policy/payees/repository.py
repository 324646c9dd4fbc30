from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import tuple_
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


async def find_many(session: AsyncSession, owners: Iterable[tuple[str, UUID]]) -> Sequence[Payee]:
    """Return the accounts of several owners, each a kind and an id."""
    owner = tuple_(col(Payee.kind), col(Payee.owner_id))
    return (await session.exec(select(Payee).where(owner.in_(list(owners))))).all()
