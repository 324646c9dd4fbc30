"""Reading and writing attendance."""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..models.gates import Attendance, Fact

_EARLIER = (
    "ON CONFLICT (registration_id) DO UPDATE SET attended_on = excluded.attended_on, "
    "held_in = excluded.held_in, version = excluded.version"
)


_NAMES = tuple(each.name for each in fields(Fact))


async def save(session: AsyncSession, rows: Sequence[Fact]) -> None:
    """Save attendance, new or of an earlier day than was known."""
    table = Attendance.__table__  # type: ignore[attr-defined]
    given = [{name: getattr(row, name) for name in _NAMES} for row in rows]
    await insert_many(session, table, given, _EARLIER)


async def by_id(session: AsyncSession, activity_id: UUID, attendance_id: UUID) -> Attendance | None:
    """Return an attendance at an activity, locked for the rest of the transaction."""
    query = select(Attendance).where(
        Attendance.id == attendance_id, Attendance.activity_id == activity_id
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def page_of_activity(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Attendance], str | None]:
    """Return a page of who was at an activity, newest first."""
    query = select(Attendance).where(Attendance.activity_id == activity_id)
    return await paginate(session, query, col(Attendance.id), page)
