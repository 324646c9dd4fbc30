"""What was taken over, and what it refers to."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.fellows import Fellow
from ..models.imports import ImportedRow
from ..models.parties import Person
from ..models.stations import Station


async def known(
    session: AsyncSession, kind: str, numbers: Collection[str]
) -> dict[str, ImportedRow]:
    """Return which of some rows were taken over before, by their numbers."""
    query = select(ImportedRow).where(
        ImportedRow.kind == kind, col(ImportedRow.number).in_(numbers)
    )
    return {row.number: row for row in (await session.exec(query)).all()}


async def stations(session: AsyncSession, numbers: Collection[str]) -> dict[str, Station]:
    """Return the stations that were taken over under some numbers."""
    query = (
        select(ImportedRow.number, Station)
        .join(Station, col(Station.id) == ImportedRow.subject_id)
        .where(ImportedRow.kind == "station", col(ImportedRow.number).in_(numbers))
    )
    return dict((await session.exec(query)).all())


async def persons(session: AsyncSession, talent_ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return what is known of some talents."""
    query = select(Person).where(col(Person.talent_id).in_(talent_ids))
    return {row.talent_id: row for row in (await session.exec(query)).all()}


async def in_stations(session: AsyncSession, talent_ids: Collection[UUID]) -> set[UUID]:
    """Return which talents are in a station."""
    query = select(Fellow.talent_id).where(col(Fellow.talent_id).in_(talent_ids), col(Fellow.live))
    return set((await session.exec(query)).all())
