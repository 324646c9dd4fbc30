from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.applications import Application, Decision


async def application(
    session: AsyncSession, application_id: UUID, *, lock: bool = False
) -> Application | None:
    query = select(Application).where(col(Application.id) == application_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def of_talent(
    session: AsyncSession, talent_id: UUID, status: str | None, page: PageParams
) -> tuple[Sequence[Application], str | None]:
    """Return the page of those in which the talent is paid."""
    query = select(Application).where(
        col(Application.talent_id) == talent_id, col(Application.payee_kind) == "person"
    )
    return await _page(session, query, status, page)


async def of_employer(
    session: AsyncSession, employer_id: UUID, status: str | None, page: PageParams
) -> tuple[Sequence[Application], str | None]:
    """Return the page of those in which the employer is paid."""
    query = select(Application).where(
        col(Application.employer_id) == employer_id,
        col(Application.payee_kind) == "organisation",
    )
    return await _page(session, query, status, page)


async def of_regions(
    session: AsyncSession, regions: Sequence[str], status: str | None, page: PageParams
) -> tuple[Sequence[Application], str | None]:
    query = select(Application).where(col(Application.region).in_(regions))
    return await _page(session, query, status, page)


async def _page(
    session: AsyncSession, query: Any, status: str | None, page: PageParams
) -> tuple[Sequence[Application], str | None]:
    if status is not None:
        query = query.where(col(Application.status) == status)
    return await paginate(session, query, col(Application.id), page)


async def decisions_made(session: AsyncSession, application_id: UUID) -> int:
    query = select(func.count()).where(col(Decision.application_id) == application_id)
    return (await session.exec(query)).one()


async def last_decision(
    session: AsyncSession, application_id: UUID, result: str | None = None
) -> Decision | None:
    """Return the newest decision, of this result if one is asked for."""
    query = select(Decision).where(col(Decision.application_id) == application_id)
    if result is not None:
        query = query.where(col(Decision.result) == result)
    return (await session.exec(query.order_by(col(Decision.number).desc()).limit(1))).one_or_none()
