"""Reading and writing positions."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, text, true
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..disciplines.rules import catalogue
from ..models.positions import Position
from ..models.stations import Station
from . import words
from .states import Status


async def by_id(
    session: AsyncSession, position_id: UUID, *, for_update: bool = False
) -> Position | None:
    """Return a position, locked where it is going to change."""
    query = select(Position).where(Position.id == position_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def with_station(session: AsyncSession, position_id: UUID) -> tuple[Position, Station] | None:
    """Return a position and the station that it is at."""
    query = (
        select(Position, Station)
        .join(Station, col(Station.id) == Position.station_id)
        .where(Position.id == position_id)
    )
    return (await session.exec(query)).one_or_none()


async def of_stations(
    session: AsyncSession, station_ids: Collection[UUID]
) -> Sequence[tuple[Position, Station]]:
    """Return the positions of stations that are found, or will be, locked, with the stations."""
    query = (
        select(Position, Station)
        .join(Station, col(Station.id) == Position.station_id)
        .where(
            col(Position.station_id).in_(station_ids),
            col(Position.status).in_([Status.DRAFT, Status.PUBLISHED]),
        )
        .order_by(col(Position.id))
        .with_for_update(of=cast("Any", Position))
    )
    return (await session.exec(query.execution_options(populate_existing=True))).all()


async def station(session: AsyncSession, station_id: UUID) -> Station | None:
    """Return a station of any unit."""
    return (await session.exec(select(Station).where(Station.id == station_id))).one_or_none()


_FOUND_BY = text(
    "UPDATE \"position\" SET words = to_tsvector('pg_catalog.english', :spaced) "
    "|| array_to_tsvector(CAST(:chinese AS text[])) WHERE id = :id"
)


async def index(session: AsyncSession, position: Position, station: Station) -> None:
    """Keep what a position is found by: its texts, and the names of its station and unit."""
    terms = words.indexed(
        position.title_zh,
        position.title_en,
        position.about_zh,
        position.about_en,
        station.name_zh,
        station.name_en,
        station.unit_zh,
        station.unit_en,
        *(name for code in position.disciplines for name in _names(code)),
    )
    await session.flush()
    found = {"id": position.id, "spaced": terms.spaced, "chinese": list(terms.chinese)}
    await session.execute(_FOUND_BY, found)


def _names(code: str) -> tuple[str, ...]:
    named = catalogue().disciplines.get(code)
    return () if named is None else (named.zh, named.en)


async def state(session: AsyncSession) -> tuple[Any, ...]:
    """Return what differs whenever a position that is published does, or its station."""
    positions = (
        select(
            func.count(),
            func.coalesce(func.sum(Position.version), 0),
            func.max(Position.changed_at),
        )
        .where(Position.status == Status.PUBLISHED)
        .subquery()
    )
    changed = (
        select(func.coalesce(func.sum(Station.version), 0), func.max(Station.changed_at))
        .select_from(Station)
        .subquery()
    )
    joined = positions.join(changed, true())
    return tuple((await session.execute(sa_select(positions, changed).select_from(joined))).one())


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[Position], str | None]:
    """Return a page of one unit's positions in any state, newest first."""
    query = select(Position).where(Position.unit_id == unit_id)
    return await paginate(session, query, col(Position.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Position], str | None]:
    """Return a page of the positions of some regions in any state, newest first."""
    each = Each(col(Position.region), regions)
    return await paginate(session, select(Position), col(Position.id), page, each)
