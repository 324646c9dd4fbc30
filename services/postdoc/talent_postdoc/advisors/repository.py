"""Reading and writing advisors."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.advisors import Advisor
from ..models.fellows import Fellow


async def by_id(
    session: AsyncSession, advisor_id: UUID, *, for_update: bool = False
) -> Advisor | None:
    """Return an advisor, locked where it is going to change."""
    query = select(Advisor).where(Advisor.id == advisor_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def page_of_station(
    session: AsyncSession, station_id: UUID, page: PageParams
) -> tuple[Sequence[Advisor], str | None]:
    """Return a page of a station's advisors, newest first."""
    query = select(Advisor).where(Advisor.station_id == station_id)
    return await paginate(session, query, col(Advisor.id), page)


async def loads(session: AsyncSession, advisor_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return how many live fellows each of some advisors has; those without any are left out."""
    query = (
        select(Fellow.advisor_id, func.count())
        .where(col(Fellow.advisor_id).in_(advisor_ids), col(Fellow.live))
        .group_by(col(Fellow.advisor_id))
    )
    return {found: count for found, count in (await session.exec(query)).all() if found}
