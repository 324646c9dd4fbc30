"""Queries over everything that is kept of one talent."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Registration, RoomEntry
from ..models.admission import CalendarFeed, CodeTries
from ..models.certificates import Certificate
from ..models.employers import Employment
from ..models.files import File
from ..models.gates import Attendance, Scan, TalentCode


async def registrations(session: AsyncSession, talent_id: UUID) -> Sequence[Registration]:
    """Return every registration of a talent, newest first."""
    query = select(Registration).where(Registration.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Registration.id).desc()))).all()


async def attended(session: AsyncSession, registration_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return when somebody was there, by registration; not what was entered by mistake."""
    query = select(col(Attendance.registration_id), col(Attendance.attended_on)).where(
        col(Attendance.registration_id).in_(registration_ids),
        col(Attendance.revoked_at).is_(None),
    )
    return dict((await session.exec(query)).all())


async def scans(
    session: AsyncSession, registration_ids: Collection[UUID]
) -> dict[UUID, list[Scan]]:
    """Return when somebody was scanned at gates, by registration, in the order of time."""
    query = select(Scan).where(col(Scan.registration_id).in_(registration_ids))
    found: dict[UUID, list[Scan]] = defaultdict(list)
    for row in await session.exec(query.order_by(col(Scan.at), col(Scan.id))):
        if row.registration_id is not None:
            found[row.registration_id].append(row)
    return found


async def code_serials(session: AsyncSession, talent_id: UUID) -> Sequence[int]:
    """Return which of a talent's codes are known here, by a digest of their number."""
    query = select(TalentCode.serial).where(TalentCode.talent_id == talent_id)
    return (await session.exec(query.order_by(col(TalentCode.serial)))).all()


async def room_entries(session: AsyncSession, talent_id: UUID) -> Sequence[RoomEntry]:
    """Return in which waiting rooms a talent was or is, newest first."""
    query = select(RoomEntry).where(RoomEntry.talent_id == talent_id)
    return (await session.exec(query.order_by(col(RoomEntry.entered_at).desc()))).all()


async def feed_made_at(session: AsyncSession, talent_id: UUID) -> datetime | None:
    """Return since when a talent has a calendar feed."""
    query = select(CalendarFeed.made_at).where(CalendarFeed.talent_id == talent_id)
    return (await session.exec(query)).one_or_none()


async def wrong_codes(session: AsyncSession, talent_id: UUID) -> Sequence[CodeTries]:
    """Return for which activities a talent gave wrong codes."""
    return (await session.exec(select(CodeTries).where(CodeTries.talent_id == talent_id))).all()


async def certificates(
    session: AsyncSession, registration_ids: Collection[UUID]
) -> dict[UUID, str]:
    """Return the numbers of certificates by registration, those that were revoked too."""
    query = select(col(Certificate.registration_id), col(Certificate.number)).where(
        col(Certificate.registration_id).in_(registration_ids)
    )
    return dict((await session.exec(query)).all())


async def files(session: AsyncSession, talent_id: UUID) -> Sequence[File]:
    """Return the files that a talent brought and that are kept."""
    query = select(File).where(File.talent_id == talent_id)
    return (await session.exec(query.order_by(col(File.id)))).all()


async def employments(session: AsyncSession, talent_id: UUID) -> Sequence[Employment]:
    """Return by whom a talent is or was employed."""
    query = select(Employment).where(Employment.talent_id == talent_id)
    return (await session.exec(query.order_by(col(Employment.begins)))).all()
