"""Reading and writing what is known of employers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.projections import of_living, project

from ..models import LIVE, Registration
from ..models.employers import Employment


async def keep_employments(session: AsyncSession, rows: Sequence[Employment]) -> None:
    """Save what is newer than what is here, but nothing of who was erased."""
    await project(session, await of_living(session, rows))


async def employers_of(
    session: AsyncSession, talent_ids: Collection[UUID], on: date
) -> dict[UUID, set[UUID]]:
    """Return by whom talents are employed on a day."""
    query = select(Employment.talent_id, Employment.employer_id).where(
        col(Employment.talent_id).in_(talent_ids), *_stands(on)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for talent_id, employer_id in await session.exec(query):
        found[talent_id].add(employer_id)
    return found


async def counts(
    session: AsyncSession, ticket_ids: Collection[UUID], employer_ids: Collection[UUID], on: date
) -> dict[tuple[UUID, UUID], int]:
    """Return how many of each employer's employees have, wait or ask for a ticket."""
    query = (
        select(
            col(Registration.ticket_id),
            col(Employment.employer_id),
            func.count(col(Registration.id).distinct()),
        )
        .join(Employment, col(Employment.talent_id) == Registration.talent_id)
        .where(
            col(Registration.ticket_id).in_(ticket_ids),
            col(Registration.status).in_(LIVE),
            col(Employment.employer_id).in_(employer_ids),
            *_stands(on),
        )
        .group_by(col(Registration.ticket_id), col(Employment.employer_id))
    )
    return {(ticket, employer): number for ticket, employer, number in await session.exec(query)}


async def forget(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Remove by whom talents are employed."""
    await session.execute(delete(Employment).where(col(Employment.talent_id).in_(talent_ids)))


def _stands(on: date) -> tuple[Any, ...]:
    return (
        col(Employment.confirmed),
        col(Employment.begins) <= on,
        or_(col(Employment.until).is_(None), col(Employment.until) >= on),
    )
