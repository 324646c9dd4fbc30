"""Reading and writing what happens to stations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.applications import StationApplication
from ..models.fellows import Fellow
from ..models.parties import Organisation
from ..models.revocations import Revocation
from ..models.stations import Station, StationEntry
from ..models.warnings import StationWarning
from ..stations.states import CLOSED, Kind


async def page_of_entries(
    session: AsyncSession, station_id: UUID, page: PageParams
) -> tuple[Sequence[StationEntry], str | None]:
    """Return a page of a station's history, newest first."""
    query = select(StationEntry).where(StationEntry.station_id == station_id)
    return await paginate(session, query, col(StationEntry.id), page)


async def inside(session: AsyncSession, station_id: UUID) -> int:
    """Count the live fellows of a station, of a mobile one those who are jointly in it too."""
    query = select(func.count()).where(
        or_(Fellow.station_id == station_id, Fellow.joint_station_id == station_id),
        col(Fellow.live),
    )
    return (await session.exec(query)).one()


async def branches(session: AsyncSession, station_id: UUID) -> int:
    """Count the branches of a workstation that are not closed, and those under review."""
    standing = select(func.count()).where(
        Station.parent_id == station_id, col(Station.status).not_in(CLOSED)
    )
    asked = select(func.count()).where(
        StationApplication.parent_id == station_id,
        col(StationApplication.status).in_(["under_review", "returned"]),
    )
    return (await session.exec(standing)).one() + (await session.exec(asked)).one()


async def warnings(session: AsyncSession, station_id: UUID) -> Sequence[StationWarning]:
    """Return the warnings under which a station stands."""
    query = select(StationWarning).where(
        StationWarning.station_id == station_id, col(StationWarning.ended_on).is_(None)
    )
    return (await session.exec(query)).all()


async def unit(session: AsyncSession, unit_id: UUID) -> Organisation | None:
    """Return a unit, locked, so that it gets no second station meanwhile."""
    query = select(Organisation).where(Organisation.employer_id == unit_id).with_for_update()
    return (await session.exec(query)).one_or_none()


async def taken(session: AsyncSession, station: Station) -> bool:
    """Tell whether the station's unit has another such station: of its kind, and discipline."""
    query = select(Station.id).where(
        Station.unit_id == station.unit_id,
        Station.kind == station.kind,
        col(Station.status).not_in(CLOSED),
        Station.id != station.id,
    )
    if station.kind == Kind.MOBILE:
        disciplines: Any = Station.disciplines
        query = query.where(disciplines.overlap(station.disciplines))
    return (await session.exec(query.limit(1))).first() is not None


async def revocation(
    session: AsyncSession, station_id: UUID, *, for_update: bool = False
) -> Revocation | None:
    """Return the last notice of revocation of a station, locked where it is going to change."""
    query = select(Revocation).where(Revocation.station_id == station_id)
    query = query.order_by(col(Revocation.id).desc()).limit(1)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()
