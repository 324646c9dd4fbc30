"""Confirming attendance, showing it, and taking back what was entered by mistake."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import AttendanceConfirmed, AttendanceRevoked, AttendanceState
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.outbox import save_event, save_events
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..activities import repository as activities
from ..activities import service as activity_service
from ..activities.errors import ActivityNotFound
from ..certificates import service as certificates
from ..models.gates import Attendance, Fact
from . import errors, repository
from .schemas import AttendanceOut, Revocation


async def confirm(
    session: AsyncSession, clock: Clock, rows: Sequence[Fact], certified: Collection[UUID]
) -> None:
    """Save that people were there, and tell it; `certified` activities give certificates."""
    await repository.save(session, rows)
    await certificates.follow(session, clock, [row for row in rows if row.activity_id in certified])
    await save_events(session, clock, [state(row) for row in rows])


async def revoke(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    attendance_id: UUID,
    expected: int,
    body: Revocation,
) -> AttendanceOut:
    """Take back an attendance at the caller's activity; further scans do not bring it back."""
    activity = await activities.by_id(session, activity_id)
    if activity is None or activity.organiser != who.subject:
        raise ActivityNotFound
    row = await repository.by_id(session, activity_id, attendance_id)
    if row is None:
        raise errors.AttendanceNotFound
    require_version(row.version, expected)
    if row.revoked_at is not None:
        raise errors.AlreadyRevoked
    row.revoked_at = clock.now()
    row.version += 1
    await certificates.follow(session, clock, [row])
    await save_event(session, clock, state(row))
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="attendance.revoked",
        subject=f"talent:{row.talent_id}",
        region=activity.region,
        detail={"activity": str(activity_id), "reason": body.reason},
    )
    return _shown(row)


async def list_of_activity(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[AttendanceOut]:
    """List who was at an activity of the caller's, or of the caller's region."""
    await activity_service.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_activity(session, activity_id, page)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


def state(row: Attendance | Fact) -> AttendanceState:
    """Return an attendance's state as an event."""
    kind = AttendanceConfirmed if row.revoked_at is None else AttendanceRevoked
    return kind(
        attendance_id=row.id,
        activity_id=row.activity_id,
        registration_id=row.registration_id,
        talent_id=row.talent_id,
        kind=row.kind,
        host=cast("Any", row.host),
        region=row.region,
        held_in=row.held_in,
        recruitment=row.recruitment,
        invited=row.invited,
        attended_on=row.attended_on,
        version=row.version,
    )


def _shown(row: Attendance) -> AttendanceOut:
    return AttendanceOut.model_validate(row.model_dump(include=set(AttendanceOut.model_fields)))
