"""Reading sessions, and keeping whose a feed is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import any_, delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Activity, Meeting, Registration, Ticket
from ..models.admission import CalendarFeed

MOST = 200
"""Registrations of one calendar, the newest."""

Session = tuple[Activity, Meeting]


async def sessions_of(session: AsyncSession, activity_id: UUID) -> Sequence[Session]:
    """Return the sessions of an activity."""
    query = select(Activity, Meeting).join(Meeting, col(Meeting.activity_id) == Activity.id)
    query = query.where(Activity.id == activity_id).order_by(col(Meeting.starts_at))
    return (await session.exec(query)).all()


async def sessions_of_talent(session: AsyncSession, talent_id: UUID) -> Sequence[Session]:
    """Return the sessions for which a talent has a seat."""
    seats = (
        select(Registration.ticket_id)
        .where(Registration.talent_id == talent_id, Registration.status == "confirmed")
        .order_by(col(Registration.id).desc())
        .limit(MOST)
        .subquery()
    )
    query = (
        select(Activity, Meeting)
        .select_from(seats)
        .join(Ticket, col(Ticket.id) == seats.c.ticket_id)
        .join(Meeting, col(Meeting.id) == any_(col(Ticket.meeting_ids)))
        .join(Activity, col(Activity.id) == col(Meeting.activity_id))
    )
    return (await session.exec(query.order_by(col(Meeting.starts_at)))).all()


async def feed_of(session: AsyncSession, talent_id: UUID) -> CalendarFeed | None:
    """Return a talent's feed."""
    query = select(CalendarFeed).where(CalendarFeed.talent_id == talent_id)
    return (await session.exec(query)).one_or_none()


async def feed_by_digest(session: AsyncSession, digest: bytes) -> CalendarFeed | None:
    """Return the feed with a secret, by its hash."""
    query = select(CalendarFeed).where(CalendarFeed.digest == digest)
    return (await session.exec(query)).one_or_none()


async def remove_feed(session: AsyncSession, talent_id: UUID) -> None:
    """Forget a talent's feed: nobody reads by its address any more."""
    await session.execute(delete(CalendarFeed).where(col(CalendarFeed.talent_id) == talent_id))
