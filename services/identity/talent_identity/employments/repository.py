"""Reading and writing employments."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models import Employment, Talent
from .states import Status


async def by_id(
    session: AsyncSession, employment_id: UUID, *, for_update: bool = False
) -> Employment | None:
    """Return an employment, locked for the rest of the transaction if asked."""
    query = select(Employment).where(Employment.id == employment_id)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def login_of(session: AsyncSession, employment: Employment) -> str:
    """Return the login of the talent whose employment it is."""
    query = select(Talent.login).where(Talent.id == employment.talent_id)
    return (await session.exec(query)).one()


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, status: Status | None, page: PageParams
) -> tuple[Sequence[Employment], str | None]:
    """Return a page of a talent's employments, newest first."""
    query = select(Employment).where(Employment.talent_id == talent_id)
    if status is not None:
        query = query.where(Employment.status == status)
    return await paginate(session, query, Employment.id, page)


async def page_of_employers(
    session: AsyncSession, employer_ids: Sequence[UUID], status: Status | None, page: PageParams
) -> tuple[Sequence[Employment], str | None]:
    """Return a page of the employments with some employers, newest first."""
    query = select(Employment).where(col(Employment.employer_id).in_(employer_ids))
    if status is not None:
        query = query.where(Employment.status == status)
    return await paginate(session, query, Employment.id, page)
