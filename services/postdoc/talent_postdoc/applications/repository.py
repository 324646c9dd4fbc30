"""Reading and writing applications for stations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.advisors import Advisor
from ..models.applications import StationApplication
from ..models.parties import Organisation
from ..models.stations import Station
from ..stations.states import CLOSED, Kind
from .rules import PENDING, Status


async def by_id(
    session: AsyncSession, application_id: UUID, *, for_update: bool = False
) -> StationApplication | None:
    """Return an application, locked where it is going to change."""
    query = select(StationApplication).where(StationApplication.id == application_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[StationApplication], str | None]:
    """Return a page of one unit's applications, newest first."""
    query = select(StationApplication).where(StationApplication.unit_id == unit_id)
    return await paginate(session, query, col(StationApplication.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[StationApplication], str | None]:
    """Return a page of what was submitted in some regions, newest first."""
    query = select(StationApplication).where(StationApplication.status != Status.DRAFT)
    each = Each(col(StationApplication.region), regions)
    return await paginate(session, query, col(StationApplication.id), page, each)


async def unit_of(
    session: AsyncSession, unit_id: UUID, *, for_update: bool = False
) -> Organisation | None:
    """Return what is known of a unit; locked, its applications are submitted one after another."""
    query = select(Organisation).where(Organisation.employer_id == unit_id)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def taken(session: AsyncSession, of: StationApplication) -> bool:
    """Tell whether the unit has such a station, or an application for one under review.

    Of mobile stations it has one for each discipline, of other kinds one.
    """
    stations = select(Station.id).where(
        Station.unit_id == of.unit_id,
        Station.kind == of.kind,
        col(Station.status).not_in(CLOSED),
    )
    others = select(StationApplication.id).where(
        StationApplication.unit_id == of.unit_id,
        StationApplication.kind == of.kind,
        col(StationApplication.status).in_(PENDING),
        StationApplication.id != of.id,
    )
    if of.kind == Kind.MOBILE:
        stations = stations.where(_column(Station.disciplines).overlap(of.disciplines))
        others = others.where(_column(StationApplication.disciplines).overlap(of.disciplines))
    for query in (stations, others):
        if (await session.exec(query.limit(1))).first() is not None:
            return True
    return False


async def stations_by_id(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Station]:
    """Return some stations by their ids."""
    rows = (await session.exec(select(Station).where(col(Station.id).in_(ids)))).all()
    return {row.id: row for row in rows}


async def hold(session: AsyncSession, station_id: UUID) -> None:
    """Keep a station as it is until the transaction ends: it does not close meanwhile."""
    query = select(Station).where(Station.id == station_id).with_for_update(read=True)
    await session.exec(query.execution_options(populate_existing=True))


async def advisors_of_unit(session: AsyncSession, unit_id: UUID) -> Sequence[Advisor]:
    """Return the full-time advisors of a unit's stations that are not closed."""
    query = (
        select(Advisor)
        .join(Station, col(Station.id) == col(Advisor.station_id))
        .where(
            Station.unit_id == unit_id,
            col(Station.status).not_in(CLOSED),
            col(Advisor.full_time),
        )
    )
    return (await session.exec(query)).all()


def _column(attribute: list[str]) -> Any:
    return attribute
