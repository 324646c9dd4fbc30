"""Reading calls and grants."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..fellows.acts import Status as FellowStatus
from ..models.fellows import Fellow
from ..models.grants import Grant, GrantCall
from .states import Status


async def call(
    session: AsyncSession, call_id: UUID, *, for_update: bool = False
) -> GrantCall | None:
    """Return a call, locked where its places are going to be taken."""
    query = select(GrantCall).where(GrantCall.id == call_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def page_of_calls(
    session: AsyncSession, page: PageParams
) -> tuple[Sequence[GrantCall], str | None]:
    """Return a page of the calls, newest first."""
    return await paginate(session, select(GrantCall), col(GrantCall.id), page)


async def by_id(session: AsyncSession, grant_id: UUID, *, for_update: bool = False) -> Grant | None:
    """Return a grant, locked where it is going to change."""
    query = select(Grant).where(Grant.id == grant_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def fellow(session: AsyncSession, fellow_id: UUID) -> Fellow | None:
    """Return a fellow, locked so that the fellowship does not end meanwhile."""
    query = select(Fellow).where(Fellow.id == fellow_id).with_for_update(read=True)
    return (await session.exec(query)).one_or_none()


async def awards_of_left(session: AsyncSession, fellow_ids: Collection[UUID]) -> Sequence[Grant]:
    """Return the awards of fellows who have left early, locked."""
    query = (
        select(Grant)
        .join(Fellow, col(Fellow.id) == col(Grant.fellow_id))
        .where(
            col(Grant.fellow_id).in_(fellow_ids),
            Grant.status == Status.AWARDED,
            col(Fellow.status).in_((FellowStatus.LEFT_EARLY, FellowStatus.DIED)),
        )
        .order_by(col(Grant.id))
        .with_for_update(of=cast("Any", Grant))
    )
    return (await session.exec(query)).all()


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[Grant], str | None]:
    """Return a page of what a unit proposed, newest first."""
    query = select(Grant).where(Grant.unit_id == unit_id)
    return await paginate(session, query, col(Grant.id), page)


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Grant], str | None]:
    """Return a page of a doctor's grants, newest first."""
    query = select(Grant).where(Grant.talent_id == talent_id)
    return await paginate(session, query, col(Grant.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Grant], str | None]:
    """Return a page of the grants of some regions, newest first."""
    return await paginate(
        session, select(Grant), col(Grant.id), page, Each(col(Grant.region), regions)
    )
