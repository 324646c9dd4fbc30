"""`/v1/activities`."""

from dataclasses import replace as changed
from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, KeyringDep
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

from . import access_codes, errors, service
from .access import ActivityReviewer, ActivityStaff, Document, Organiser
from .finding import NearIncomplete, SoughtDep
from .schemas import (
    AccessCode,
    ActivityLine,
    ActivityOut,
    Capacity,
    SendBack,
)
from .states import Act

router = noun_router("/activities", "activities")
managed = noun_router("/managed-activities", "activities")

_SIGNED = (Unauthenticated, Forbidden)
_VERSIONED = (VersionInvalid, VersionChanged, VersionRequired)
_ACTING = problems(
    *_SIGNED,
    InProgress,
    KeyReused,
    *_VERSIONED,
    Invalid,
    errors.ActivityNotFound,
    errors.NotPossibleNow,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *(*_SIGNED, OutsideRegion, InProgress, KeyReused, Invalid),
        errors.UnknownRegion,
        errors.PaymentsUnavailable,
    ),
)
async def write(
    body: Document, who: Organiser, session: SessionDep, clock: ClockDep
) -> ActivityOut:
    """Write the draft of an activity in your region; nobody else sees it until it is submitted."""
    return await service.write(session, clock, who, body)


@router.get("", responses=problems(CursorInvalid, Invalid, NearIncomplete))
async def list_published(
    page: PageDep,
    sought: SoughtDep,
    session: SessionDep,
    clock: ClockDep,
    open_now: Annotated[bool, Query(description="Those alone that can be registered for.")] = False,
) -> Page[ActivityLine]:
    """Find what is published, newest first."""
    found = changed(sought, open_at=clock.now()) if open_now else sought
    return await service.list_published(session, clock, found, page)


@managed.get("", responses=problems(*_SIGNED, CursorInvalid, Invalid))
async def list_managed(
    who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[ActivityLine]:
    """List activities in any state: your own as an organiser, those of your region as staff."""
    return await service.list_as_staff(session, clock, who, page)


@managed.get("/{activity_id}", responses=problems(*_SIGNED, Invalid, errors.ActivityNotFound))
async def read_managed(
    activity_id: UUID, who: ActivityStaff, session: SessionDep, clock: ClockDep
) -> ActivityOut:
    """Read an activity in any state."""
    return await service.read_as_staff(session, clock, who, activity_id)


@router.get("/{activity_id}", responses=problems(Invalid, errors.ActivityNotFound))
async def read(activity_id: UUID, session: SessionDep) -> ActivityOut:
    """Read an activity that is published, or was: its sessions, tickets and seats left."""
    return await service.read(session, activity_id)


@router.put(
    "/{activity_id}",
    responses=problems(
        *_SIGNED,
        OutsideRegion,
        *_VERSIONED,
        Invalid,
        errors.UnknownRegion,
        errors.ActivityNotFound,
        errors.NotPossibleNow,
    ),
)
async def replace(
    activity_id: UUID,
    body: Document,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> ActivityOut:
    """Replace the document of your draft."""
    return await service.replace(session, clock, who, activity_id, version, body)


@router.post("/{activity_id}/submission", dependencies=[Idempotent], responses=_ACTING)
async def submit(
    activity_id: UUID, who: Organiser, version: IfMatch, session: SessionDep, clock: ClockDep
) -> ActivityOut:
    """Submit your draft; a reviewer of the region publishes it."""
    return await service.act_on_own(session, clock, who, activity_id, version, Act.SUBMIT)


@router.post(
    "/{activity_id}/publication",
    dependencies=[Idempotent],
    responses=_ACTING | problems(Forbidden, errors.OwnActivity),
)
async def publish(
    activity_id: UUID,
    who: ActivityReviewer,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> ActivityOut:
    """Publish what was submitted in your region; talents can register from its opening on."""
    return await service.review(session, clock, who, activity_id, version)


@router.post(
    "/{activity_id}/return",
    dependencies=[Idempotent],
    responses=_ACTING | problems(Forbidden, errors.OwnActivity),
)
async def send_back(
    activity_id: UUID,
    body: SendBack,
    who: ActivityReviewer,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> ActivityOut:
    """Send what was submitted back to its organiser, with a reason."""
    return await service.review(session, clock, who, activity_id, version, body)


@router.post("/{activity_id}/cancellation", dependencies=[Idempotent], responses=_ACTING)
async def cancel(
    activity_id: UUID, who: Organiser, version: IfMatch, session: SessionDep, clock: ClockDep
) -> ActivityOut:
    """Cancel your activity; who has a seat or waits for one is told within moments."""
    return await service.act_on_own(session, clock, who, activity_id, version, Act.CANCEL)


@router.post("/{activity_id}/completion", dependencies=[Idempotent], responses=_ACTING)
async def finish(
    activity_id: UUID, who: Organiser, version: IfMatch, session: SessionDep, clock: ClockDep
) -> ActivityOut:
    """Say that your activity is over."""
    return await service.act_on_own(session, clock, who, activity_id, version, Act.FINISH)


@router.put(
    "/{activity_id}/quotas/{quota_id}",
    responses=problems(
        *_SIGNED,
        *_VERSIONED,
        Invalid,
        errors.ActivityNotFound,
        errors.QuotaNotFound,
        errors.NotPossibleNow,
        errors.SeatsTaken,
    ),
)
async def set_capacity(
    activity_id: UUID,
    quota_id: UUID,
    body: Capacity,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> ActivityOut:
    """Change how many seats a quota has, also while they are claimed; never below what is taken."""
    return await service.set_capacity(
        session, clock, who, activity_id, quota_id, version, body.capacity
    )


@router.put(
    "/{activity_id}/tickets/{ticket_id}/access-code",
    responses=problems(
        *_SIGNED,
        *_VERSIONED,
        Invalid,
        errors.ActivityNotFound,
        errors.TicketNotFound,
        errors.NotPossibleNow,
        errors.NoCodeWanted,
    ),
)
async def set_access_code(
    activity_id: UUID,
    ticket_id: UUID,
    body: AccessCode,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> ActivityOut:
    """Set or change the code that admits to a ticket; it is kept as a hash and never shown."""
    return await access_codes.set_code(
        session, clock, keyring, who, (activity_id, ticket_id), version, body
    )
