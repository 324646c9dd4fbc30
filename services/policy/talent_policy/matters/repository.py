"""Queries of matters, newest first."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.matters import Matter


async def employers_of(
    session: AsyncSession, matter_ids: Collection[UUID]
) -> dict[UUID, UUID | None]:
    """Return whose organisation's some matters are, of those that are known."""
    query = select(Matter.id, Matter.employer_id).where(col(Matter.id).in_(matter_ids))
    return dict((await session.exec(query)).all())


async def of_talent(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Matter], str | None]:
    return await _page(session, col(Matter.talent_id) == talent_id, page)


async def of_employer(
    session: AsyncSession, employer_id: UUID, page: PageParams
) -> tuple[Sequence[Matter], str | None]:
    return await _page(session, col(Matter.employer_id) == employer_id, page)


async def of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Matter], str | None]:
    each = Each(col(Matter.region), regions)
    return await paginate(session, select(Matter), col(Matter.id), page, each)


async def _page(
    session: AsyncSession, condition: Any, page: PageParams
) -> tuple[Sequence[Matter], str | None]:
    return await paginate(session, select(Matter).where(condition), col(Matter.id), page)
