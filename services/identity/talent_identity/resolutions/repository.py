"""Finding many talents, employers and employments in one query each."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Document, Employer, Employment, Talent

Talents = dict[bytes, tuple[UUID, str]]
Pair = tuple[UUID, UUID]


async def talents(session: AsyncSession, indexes: Collection[bytes]) -> Talents:
    """Return id and region of the talents that hold documents, by blind index."""
    query = (
        select(Document.blind_index, Talent.id, Talent.region)
        .join(Talent, col(Talent.id) == col(Document.talent_id))
        .where(col(Document.blind_index).in_(indexes))
    )
    return {index: (talent, region) for index, talent, region in await session.exec(query)}


async def employers(session: AsyncSession, codes: Collection[str]) -> dict[str, UUID]:
    query = select(Employer.credit_code, Employer.id).where(col(Employer.credit_code).in_(codes))
    return dict((await session.exec(query)).all())


async def employments(session: AsyncSession, pairs: Collection[Pair]) -> dict[Pair, list[UUID]]:
    """Return the employments that were not rejected, by talent and employer.

    Those that both sides stand by come first, the newest of them before all.
    """
    query = (
        select(Employment.talent_id, Employment.employer_id, Employment.id)
        .where(
            tuple_(col(Employment.talent_id), col(Employment.employer_id)).in_(pairs),
            col(Employment.status) != "rejected",
        )
        .order_by(
            col(Employment.status) == "declared",
            col(Employment.contract_from).desc(),
        )
    )
    found: dict[Pair, list[UUID]] = {}
    for talent, employer, employment in await session.exec(query):
        found.setdefault((talent, employer), []).append(employment)
    return found
