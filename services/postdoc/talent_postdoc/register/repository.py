"""Reading the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.stations import Station, StationEntry
from .schemas import Happened


@dataclass(frozen=True)
class Sought:
    """Which stations somebody looks for; what is none does not matter."""

    kinds: Sequence[str] = ()
    levels: Sequence[str] = ()
    statuses: Sequence[str] = ()
    disciplines: Sequence[str] = ()
    regions: Sequence[str] | None = None


async def page(
    session: AsyncSession, sought: Sought, params: PageParams
) -> tuple[Sequence[Station], str | None]:
    """Return a page of stations, newest first."""
    return await paginate(session, _narrowed(sought), col(Station.id), params)


def _narrowed(sought: Sought) -> Any:
    query = select(Station)
    for column, values in (
        (Station.kind, sought.kinds),
        (Station.level, sought.levels),
        (Station.status, sought.statuses),
    ):
        if values:
            query = query.where(col(column).in_(values))
    if sought.regions is not None:
        query = query.where(col(Station.region).in_(sought.regions))
    if sought.disciplines:
        codes = literal(list(sought.disciplines), ARRAY(String))
        query = query.where(col(Station.disciplines).op("&&")(codes))
    return query


async def by_id(session: AsyncSession, station_id: UUID) -> Station | None:
    return (await session.exec(select(Station).where(Station.id == station_id))).one_or_none()


async def history(session: AsyncSession, station_id: UUID) -> Sequence[StationEntry]:
    """Return what is public of a station's past, in the order in which it counts."""
    query = select(StationEntry).where(
        StationEntry.station_id == station_id, col(StationEntry.kind).in_(list(Happened))
    )
    order = (col(StationEntry.effective_on), col(StationEntry.id))
    return (await session.exec(query.order_by(*order))).all()


async def some_after(session: AsyncSession, last: UUID | None, most: int) -> Sequence[Station]:
    """Return stations in the order of their ids, behind one of them."""
    query = select(Station)
    if last is not None:
        query = query.where(col(Station.id) > last)
    return (await session.exec(query.order_by(col(Station.id)).limit(most))).all()


async def state(session: AsyncSession) -> tuple[int, int, datetime | None]:
    """Return what differs whenever anything in the register does."""
    query = select(
        func.count(), func.coalesce(func.sum(Station.version), 0), func.max(Station.changed_at)
    ).select_from(Station)
    row = (await session.exec(query)).one()
    return int(row[0]), int(row[1]), row[2]
