"""Reading everything of a talent, and forgetting who they were."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import tables
from talent_kit.reviews import repository as reviews

from ..models.certificates import FellowCertificate
from ..models.deadlines import DeadlineFeed
from ..models.documents import Document
from ..models.evaluations import EvaluationObjection, EvaluationRound
from ..models.fellows import FellowEntry
from ..models.panels import Panel
from ..models.parties import Person
from ..models.stations import StationEntry
from ..models.terms import TermValue

NOBODY = "erased"
"""Who stands where the login of an erased talent stood."""
LOGINS: tuple[tuple[Any, str], ...] = (
    (Panel, "convened_by"),
    (EvaluationRound, "opened_by"),
    (EvaluationObjection, "lodged_by"),
    (EvaluationObjection, "decided_by"),
    (FellowEntry, "recorded_by"),
    (StationEntry, "recorded_by"),
    (Document, "made_by"),
    (TermValue, "set_by"),
)
"""Where the service keeps who did something, besides experts, reviews and jobs.

In the order of locks. The audit log keeps logins by law.
"""


async def of_talent(session: AsyncSession, table: Any, talent_id: UUID) -> Sequence[Any]:
    """Return the rows of a table that are about a talent, oldest first."""
    query = select(table).where(table.talent_id == talent_id).order_by(col(table.id))
    return (await session.exec(query)).all()


async def histories(
    session: AsyncSession, fellow_ids: Collection[UUID]
) -> dict[UUID, list[FellowEntry]]:
    """Return what happened in some fellowships, in the order of recording."""
    query = select(FellowEntry).where(col(FellowEntry.fellow_id).in_(fellow_ids))
    found: dict[UUID, list[FellowEntry]] = {}
    for row in (await session.exec(query.order_by(col(FellowEntry.number)))).all():
        found.setdefault(row.fellow_id, []).append(row)
    return found


async def certificates(session: AsyncSession, talent_id: UUID) -> dict[UUID, str]:
    """Return the numbers of a talent's certificates by fellowship."""
    query = select(FellowCertificate.id, FellowCertificate.number)
    found = await session.exec(query.where(FellowCertificate.talent_id == talent_id))
    return dict(found.all())


async def feed_made_at(session: AsyncSession, talent_id: UUID) -> datetime | None:
    """Return since when a talent has a calendar's address."""
    query = select(DeadlineFeed.made_at).where(DeadlineFeed.talent_id == talent_id)
    return (await session.exec(query)).one_or_none()


async def logins(session: AsyncSession, talent_ids: Collection[UUID]) -> list[str]:
    """Return by which logins some talents sign in."""
    query = select(Person.login).where(col(Person.talent_id).in_(talent_ids))
    return [login for login in (await session.exec(query)).all() if login is not None]


async def forget(
    session: AsyncSession, talent_ids: Collection[UUID], logins_of: Collection[str]
) -> None:
    """Remove who talents were: their rows of people, their feeds, their logins everywhere."""
    for table in (Person, DeadlineFeed):
        await session.execute(delete(table).where(col(table.talent_id).in_(talent_ids)))
    if not logins_of:
        return
    for table, name in LOGINS:
        # Of one grade several people may object, each once.
        several = table is EvaluationObjection
        by = func.concat(f"{NOBODY}:", table.id) if several else NOBODY
        changed = update(table).where(getattr(table, name).in_(logins_of))
        await session.execute(changed.values({name: by}))
    made = tables.job.update().where(tables.job.c.made_by.in_(logins_of))
    await session.execute(made.values(made_by=NOBODY))
    await reviews.forget(session, logins_of)
