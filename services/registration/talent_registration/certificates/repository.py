"""Reading and writing certificates."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..models import Activity
from ..models.certificates import Certificate


class Terms(NamedTuple):
    """What an activity gives a certificate for, and when it is over."""

    hours: int
    over_at: datetime


async def terms_of(session: AsyncSession, activity_ids: Collection[UUID]) -> dict[UUID, Terms]:
    """Return the terms of those activities that give certificates."""
    found = await session.execute(_TERMS, {"ids": list(activity_ids)})
    return {row[0]: Terms(row[1], row[2]) for row in found}


# Texts, since they stand in the way of whoever stands at a door.
_TERMS = text(
    "SELECT a.id, a.hours, max(m.ends_at) FROM activity a JOIN meeting m ON m.activity_id = a.id "
    "WHERE a.id = ANY(CAST(:ids AS uuid[])) AND a.hours IS NOT NULL GROUP BY a.id"
)
_NEWER = (
    "ON CONFLICT (id) DO UPDATE SET attended_on = excluded.attended_on, "
    "revoked = excluded.revoked, version = excluded.version "
    "WHERE certificate.version < excluded.version"
)


async def keep(session: AsyncSession, rows: Sequence[Certificate]) -> None:
    """Save what is newer than what is here; a certificate that is here keeps its number."""
    newest: dict[UUID, Certificate] = {}
    for row in sorted(rows, key=lambda row: row.version):
        newest[row.id] = row
    if not newest:
        return
    given = [newest[identifier].model_dump() for identifier in sorted(newest)]
    await insert_many(session, Certificate.__table__, given, _NEWER)  # type: ignore[attr-defined]


async def untold(
    session: AsyncSession, activity_id: UUID, now: datetime, most: int
) -> Sequence[Certificate]:
    """Return some due certificates of which something is to be told, locked.

    Of one that was revoked before anybody was told of it, nothing is.
    """
    query = select(Certificate).where(
        Certificate.activity_id == activity_id,
        col(Certificate.told) < col(Certificate.version),
        col(Certificate.due_at) <= now,
        or_(col(Certificate.told) > 0, ~col(Certificate.revoked)),
    )
    query = query.order_by(col(Certificate.id)).limit(most).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).all()


async def by_number(
    session: AsyncSession, number: str, now: datetime
) -> tuple[Certificate, Activity] | None:
    """Return a certificate with its activity, by its number."""
    return await _found(session, now, Certificate.number == number)


async def by_registration(
    session: AsyncSession, talent_id: UUID, registration_id: UUID, now: datetime
) -> tuple[Certificate, Activity] | None:
    """Return a talent's certificate for a registration, with its activity."""
    return await _found(
        session,
        now,
        Certificate.registration_id == registration_id,
        Certificate.talent_id == talent_id,
    )


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, now: datetime, page: PageParams
) -> tuple[Sequence[Certificate], str | None]:
    """Return a page of a talent's certificates, newest first."""
    query = select(Certificate).where(
        Certificate.talent_id == talent_id, col(Certificate.due_at) <= now
    )
    return await paginate(session, query, col(Certificate.id), page)


async def activities_of(session: AsyncSession, rows: Sequence[Certificate]) -> dict[UUID, Activity]:
    """Return the activities of some certificates by their ids."""
    query = select(Activity).where(col(Activity.id).in_({row.activity_id for row in rows}))
    return {activity.id: activity for activity in await session.exec(query)}


async def _found(
    session: AsyncSession, now: datetime, *conditions: Any
) -> tuple[Certificate, Activity] | None:
    query = select(Certificate, Activity).join(
        Activity, col(Activity.id) == col(Certificate.activity_id)
    )
    query = query.where(*conditions, col(Certificate.due_at) <= now)
    return (await session.exec(query)).one_or_none()
