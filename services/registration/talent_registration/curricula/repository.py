"""Reading and writing curricula vitae."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models import Booking, Meeting, Registration
from ..models.files import Curriculum, File


async def booth(session: AsyncSession, activity_id: UUID, booking_id: UUID) -> Booking | None:
    """Return a booth that stands at an activity."""
    query = select(Booking).where(
        Booking.id == booking_id,
        Booking.activity_id == activity_id,
        Booking.status == "confirmed",
    )
    return (await session.exec(query)).one_or_none()


async def has_seat(session: AsyncSession, activity_id: UUID, talent_id: UUID) -> bool:
    """Tell whether a talent has a seat at an activity."""
    query = select(Registration.id).where(
        Registration.activity_id == activity_id,
        Registration.talent_id == talent_id,
        Registration.status == "confirmed",
    )
    return (await session.exec(query.limit(1))).first() is not None


async def over_at(session: AsyncSession, activity_id: UUID) -> datetime:
    """Return when the last session of an activity ends."""
    query = select(func.max(col(Meeting.ends_at))).where(Meeting.activity_id == activity_id)
    return (await session.exec(query)).one()


async def left_by(session: AsyncSession, booking_id: UUID, talent_id: UUID) -> Curriculum | None:
    """Return what a talent left at a booth, locked."""
    query = select(Curriculum).where(
        Curriculum.booking_id == booking_id, Curriculum.talent_id == talent_id
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def at_booth(
    session: AsyncSession, booking_id: UUID, curriculum_id: UUID
) -> tuple[Curriculum, File] | None:
    """Return what was left at a booth, with its file."""
    query = (
        select(Curriculum, File)
        .join(File, col(File.id) == col(Curriculum.file_id))
        .where(Curriculum.id == curriculum_id, Curriculum.booking_id == booking_id)
    )
    return (await session.exec(query)).one_or_none()


async def page_of_booth(
    session: AsyncSession, booking_id: UUID, page: PageParams
) -> tuple[Sequence[Curriculum], str | None]:
    """Return a page of what was left at a booth, newest first."""
    query = select(Curriculum).where(Curriculum.booking_id == booking_id)
    return await paginate(session, query, col(Curriculum.id), page)


async def of_talent(session: AsyncSession, talent_id: UUID) -> Sequence[Curriculum]:
    """Return what a talent left at booths, oldest first."""
    query = select(Curriculum).where(Curriculum.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Curriculum.id)))).all()


async def take_back(session: AsyncSession, activity_id: UUID, now: datetime) -> list[UUID]:
    """Take back what was left at an activity and is kept no longer; return the files it was."""
    gone = delete(Curriculum).where(
        col(Curriculum.activity_id) == activity_id, col(Curriculum.kept_until) <= now
    )
    return list((await session.execute(gone.returning(col(Curriculum.file_id)))).scalars())
