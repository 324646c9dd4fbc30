"""Reading and writing fellows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.fellows import Fellow, FellowEntry
from ..models.parties import Person
from ..models.stations import Station


async def by_id(
    session: AsyncSession, fellow_id: UUID, *, for_update: bool = False
) -> Fellow | None:
    """Return a fellowship, locked where it is going to change."""
    query = select(Fellow).where(Fellow.id == fellow_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def entries_of(session: AsyncSession, fellow_id: UUID) -> list[FellowEntry]:
    """Return what happened, in the order of recording."""
    query = select(FellowEntry).where(FellowEntry.fellow_id == fellow_id)
    return list((await session.exec(query.order_by(col(FellowEntry.number)))).all())


async def station(session: AsyncSession, station_id: UUID) -> Station | None:
    return await session.get(Station, station_id)


async def station_to_enter(session: AsyncSession, station_id: UUID) -> Station:
    """Return a station that stays as it is until the transaction ends: none closes meanwhile."""
    query = select(Station).where(Station.id == station_id).with_for_update(read=True)
    return (await session.exec(query.execution_options(populate_existing=True))).one()


async def person(session: AsyncSession, talent_id: UUID) -> Person | None:
    return await session.get(Person, talent_id)


async def person_of(session: AsyncSession, login: str) -> Person | None:
    """Return the talent who signs in with a login."""
    query = select(Person).where(Person.login == login)
    return (await session.exec(query)).first()


async def was_fellow(session: AsyncSession, talent_id: UUID) -> bool:
    """Tell whether a talent has entered a station before."""
    query = select(func.count()).where(
        col(Fellow.talent_id) == talent_id, col(Fellow.entered_on).is_not(None)
    )
    return bool((await session.execute(query)).scalar_one())


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Fellow], str | None]:
    """Return a page of a talent's fellowships, newest first."""
    query = select(Fellow).where(Fellow.talent_id == talent_id)
    return await paginate(session, query, col(Fellow.id), page)


async def page_of_station(
    session: AsyncSession, station_ids: Sequence[UUID], page: PageParams, status: str | None
) -> tuple[Sequence[Fellow], str | None]:
    """Return a page of the fellows of some stations, newest first."""
    return await paginate(
        session, _in(status), col(Fellow.id), page, Each(col(Fellow.station_id), station_ids)
    )


async def page_coming(
    session: AsyncSession, station_ids: Sequence[UUID], page: PageParams
) -> tuple[Sequence[Fellow], str | None]:
    """Return a page of the fellows whose transfer to some stations is proposed, newest first."""
    to = Each(col(Fellow.transfer_to), station_ids)
    return await paginate(session, select(Fellow), col(Fellow.id), page, to)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams, status: str | None
) -> tuple[Sequence[Fellow], str | None]:
    """Return a page of the fellows of some regions, newest first."""
    return await paginate(
        session, _in(status), col(Fellow.id), page, Each(col(Fellow.region), regions)
    )


async def stations_of_unit(session: AsyncSession, unit_id: UUID) -> Sequence[UUID]:
    """Return the ids of a unit's stations."""
    query = select(Station.id).where(Station.unit_id == unit_id)
    return (await session.exec(query)).all()


def _in(status: str | None) -> Any:
    query = select(Fellow)
    return query if status is None else query.where(Fellow.status == status)
