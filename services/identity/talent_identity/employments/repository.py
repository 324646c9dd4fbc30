"""Reading and writing employments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among, insert_many
from talent_kit.pagination import Each, PageParams, paginate

from ..models import Employment, Talent
from .states import Status, Word

NaturalKey = tuple[UUID, UUID, date]
"""Talent, employer and first day of the contract."""
_UNLESS_DECLARED = "ON CONFLICT (talent_id, employer_id, contract_from) DO NOTHING RETURNING id"


async def by_id(
    session: AsyncSession, employment_id: UUID, *, for_update: bool = False
) -> Employment | None:
    """Return an employment, locked for the rest of the transaction if asked."""
    query = select(Employment).where(Employment.id == employment_id)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def login_of(session: AsyncSession, employment: Employment) -> str | None:
    """Return the login of the talent whose employment it is, None for one only on file."""
    query = select(Talent.login).where(Talent.id == employment.talent_id)
    return (await session.exec(query)).one()


async def file(
    session: AsyncSession, rows: Sequence[dict[str, Any]], same: Mapping[str, Any]
) -> set[UUID]:
    """Insert employments; return which were, all but those declared already.

    Rows in the order of their natural keys: so two batches cannot deadlock.
    """
    table = Employment.__table__  # type: ignore[attr-defined]
    made = await insert_many(session, table, rows, _UNLESS_DECLARED, same)
    return {row.id for row in made}


async def ids_by_natural_key(
    session: AsyncSession, keys: Collection[NaturalKey]
) -> dict[NaturalKey, UUID]:
    """Return the ids of the employments on file by talent, employer and first day."""
    key = (col(Employment.talent_id), col(Employment.employer_id), col(Employment.contract_from))
    talents = {talent_id for talent_id, _, _ in keys}
    query = select(*key, col(Employment.id)).where(among(col(Employment.talent_id), talents))
    found = {(row[0], row[1], row[2]): row[3] for row in (await session.exec(query)).all()}
    return {one: found[one] for one in keys if one in found}


async def awaiting_talents(
    session: AsyncSession, keys: Collection[NaturalKey]
) -> Sequence[Employment]:
    """Return those of some employments that an employer declared and nobody confirmed, locked."""
    query = select(Employment).where(
        among(col(Employment.talent_id), {talent_id for talent_id, _, _ in keys}),
        Employment.status == Status.DECLARED,
        Employment.declared_by == Word.EMPLOYER,
    )
    found = (await session.exec(query.order_by(col(Employment.id)).with_for_update())).all()
    return [row for row in found if (row.talent_id, row.employer_id, row.contract_from) in keys]


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
    query = select(Employment)
    if status is not None:
        query = query.where(Employment.status == status)
    each = Each(col(Employment.employer_id), employer_ids)
    return await paginate(session, query, col(Employment.id), page, each)
