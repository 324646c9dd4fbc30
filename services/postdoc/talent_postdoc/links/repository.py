"""Reading and writing joint recruitment."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.links import StationLink


async def by_id(session: AsyncSession, link_id: UUID) -> StationLink | None:
    """Return a link, locked."""
    query = select(StationLink).where(StationLink.id == link_id).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def live(session: AsyncSession, station_id: UUID, mobile_id: UUID) -> StationLink | None:
    """Return what two stations have or mean to have together."""
    query = select(StationLink).where(
        StationLink.station_id == station_id,
        StationLink.mobile_id == mobile_id,
        col(StationLink.live),
    )
    return (await session.exec(query)).one_or_none()


async def live_of(session: AsyncSession, station_id: UUID) -> Sequence[StationLink]:
    """Return what a station has with others, on either side, locked."""
    query = (
        select(StationLink)
        .where(_of(station_id), col(StationLink.live))
        .order_by(col(StationLink.id))
        .with_for_update()
    )
    return (await session.exec(query)).all()


async def page_of(
    session: AsyncSession, station_id: UUID, page: PageParams
) -> tuple[Sequence[StationLink], str | None]:
    """Return a page of a station's links, on either side, newest first."""
    query = select(StationLink).where(_of(station_id))
    return await paginate(session, query, col(StationLink.id), page)


def _of(station_id: UUID) -> Any:
    return or_(StationLink.station_id == station_id, StationLink.mobile_id == station_id)
