"""Reading and writing achievements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import RegistryEntry, Talent
from .schemas import RegistryEntryOut


async def of_talents(
    session: AsyncSession, talent_ids: Collection[UUID]
) -> Mapping[UUID, list[RegistryEntryOut]]:
    """Return what some talents have achieved, oldest first."""
    query = select(RegistryEntry).where(col(RegistryEntry.talent_id).in_(talent_ids))
    query = query.order_by(col(RegistryEntry.reached_on), col(RegistryEntry.id))
    found: dict[UUID, list[RegistryEntryOut]] = defaultdict(list)
    for row in await session.exec(query):
        entry = {"kind": row.kind, "on": row.reached_on, "source_id": row.id}
        found[row.talent_id].append(RegistryEntryOut.model_validate(entry))
    return found


async def not_erased(session: AsyncSession, talent_ids: Collection[UUID]) -> set[UUID]:
    """Return those of some talents who are not erased, and are not before this transaction ends."""
    query = select(Talent.id).where(col(Talent.id).in_(talent_ids), col(Talent.erased_at).is_(None))
    query = query.order_by(col(Talent.id)).with_for_update(read=True)
    return set((await session.exec(query)).all())


async def remove(session: AsyncSession, versions: Sequence[tuple[UUID, int]]) -> None:
    """Remove what turned out not to have been, unless something newer is known of it."""
    for identifier, version in versions:
        here = col(RegistryEntry.id) == identifier, col(RegistryEntry.version) < version
        await session.execute(delete(RegistryEntry).where(*here))
