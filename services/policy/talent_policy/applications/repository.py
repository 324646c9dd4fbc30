from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import one_of
from talent_kit.database import violated_constraint
from talent_kit.pagination import Each, OldestFirst, PageParams, paginate, paginate_oldest

from ..models.applications import Application, Decision
from .errors import AlreadyApplied


async def insert(session: AsyncSession, given: Application) -> Application | None:
    """Save a new application; None where its number is taken. Raises AlreadyApplied."""
    statement = insert_into(Application).values(given.model_dump())
    statement = statement.on_conflict_do_nothing(index_elements=["number"])
    try:
        return (await session.execute(statement.returning(Application))).scalar_one_or_none()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_application_open":
            raise AlreadyApplied from error
        raise


async def application(
    session: AsyncSession, application_id: UUID, *, lock: bool = False
) -> Application | None:
    query = select(Application).where(col(Application.id) == application_id)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def locked(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Application]:
    """Return applications, locked in the order of their ids: two batches never wait in a ring."""
    rows = await session.execute(_LOCKED, {"ids": list(ids)})
    return {row.id: row for row in rows.scalars()}


_LOCKED = (
    sqlalchemy.select(Application)
    .where(one_of(col(Application.id), "ids"))
    .order_by(col(Application.id))
    .with_for_update()
)


async def decisions(session: AsyncSession, application_id: UUID) -> Sequence[Decision]:
    """Return every decision on an application, the first first."""
    query = select(Decision).where(col(Decision.application_id) == application_id)
    return (await session.exec(query.order_by(col(Decision.number)))).all()


async def by_number(session: AsyncSession, number: str) -> Application | None:
    query = select(Application).where(col(Application.number) == number)
    return (await session.exec(query)).one_or_none()


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
    each = Each(col(Application.region), regions)
    return await _page(session, select(Application), status, page, each)


async def _page(
    session: AsyncSession,
    query: Any,
    status: str | None,
    page: PageParams,
    each: Each | None = None,
) -> tuple[Sequence[Application], str | None]:
    if status is not None:
        query = query.where(col(Application.status) == status)
    return await paginate(session, query, col(Application.id), page, each)


async def waiting(
    session: AsyncSession,
    regions: Sequence[str],
    step: str,
    measure: str | None,
    submitted: tuple[datetime | None, datetime | None],
    page: OldestFirst,
) -> tuple[Sequence[Application], str | None]:
    """Return a page of what waits for a step, submitted from an instant until before another."""
    query = select(Application).where(col(Application.step) == step)
    if measure is not None:
        query = query.where(col(Application.measure) == measure)
    first, end = submitted
    if first is not None:
        query = query.where(col(Application.submitted_at) >= first)
    if end is not None:
        query = query.where(col(Application.submitted_at) < end)
    order = col(Application.submitted_at), col(Application.id)
    return await paginate_oldest(
        session, query, order, page, Each(col(Application.region), regions)
    )


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
