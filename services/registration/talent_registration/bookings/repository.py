"""Reading and writing bookings of booths."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.employers import Booking
from .rules import Status


async def live_of(session: AsyncSession, activity_id: UUID, employer_id: UUID) -> Booking | None:
    """Return an employer's booking at an activity, as it stands now, locked."""
    query = select(Booking).where(
        Booking.activity_id == activity_id,
        Booking.employer_id == employer_id,
        Booking.status == Status.CONFIRMED,
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def some_to_cancel(session: AsyncSession, activity_id: UUID, most: int) -> Sequence[Booking]:
    """Return some of the booths that stand at an activity, and were not attended, locked."""
    query = select(Booking).where(
        Booking.activity_id == activity_id,
        Booking.status == Status.CONFIRMED,
        col(Booking.attended).is_(False),
    )
    return (await session.exec(query.order_by(col(Booking.id)).limit(most).with_for_update())).all()


async def by_id(session: AsyncSession, activity_id: UUID, booking_id: UUID) -> Booking | None:
    """Return a booking at an activity, locked."""
    query = select(Booking).where(Booking.id == booking_id, Booking.activity_id == activity_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def page_of_activity(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Booking], str | None]:
    """Return a page of an activity's bookings, newest first, those that were cancelled too."""
    query = select(Booking).where(Booking.activity_id == activity_id)
    return await paginate(session, query, col(Booking.id), page)


async def page_of_exhibits(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Booking], str | None]:
    """Return a page of the booths that stand, newest first."""
    query = select(Booking).where(
        Booking.activity_id == activity_id, Booking.status == Status.CONFIRMED
    )
    return await paginate(session, query, col(Booking.id), page)
