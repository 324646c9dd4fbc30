"""`/v1/activities/{activity_id}/attendance`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..activities.access import ActivityStaff, Organiser
from ..activities.errors import ActivityNotFound
from . import errors, service
from .schemas import AttendanceOut, Revocation

router = noun_router("/activities/{activity_id}/attendance", "attendance")

_SIGNED = (Unauthenticated, Forbidden, Invalid, ActivityNotFound)


@router.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_of_activity(
    activity_id: UUID, who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[AttendanceOut]:
    """List who was there, newest first: as its organiser, or as staff of its region."""
    return await service.list_of_activity(session, clock, who, activity_id, page)


@router.post(
    "/{attendance_id}/revocation",
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED,
        InProgress,
        KeyReused,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        errors.AttendanceNotFound,
        errors.AlreadyRevoked,
    ),
)
async def revoke(
    activity_id: UUID,
    attendance_id: UUID,
    body: Revocation,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> AttendanceOut:
    """Revoke what was entered by mistake; whatever was paid from it is looked at again."""
    return await service.revoke(session, clock, who, activity_id, attendance_id, version, body)
