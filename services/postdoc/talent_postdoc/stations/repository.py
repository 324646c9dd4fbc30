"""Reading and writing stations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.stations import Station


async def by_id(
    session: AsyncSession, station_id: UUID, *, for_update: bool = False
) -> Station | None:
    """Return a station, locked where it is going to change."""
    query = select(Station).where(Station.id == station_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def locked(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Station]:
    """Return stations, locked in the order of their ids."""
    query = select(Station).where(col(Station.id).in_(ids)).order_by(col(Station.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in (await session.exec(query)).all()}


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[Station], str | None]:
    """Return a page of one unit's stations, newest first."""
    return await paginate(
        session, select(Station).where(Station.unit_id == unit_id), col(Station.id), page
    )


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Station], str | None]:
    """Return a page of the stations of some regions, newest first."""
    return await paginate(
        session, select(Station), col(Station.id), page, Each(col(Station.region), regions)
    )
