"""`/v1/activities/{activity_id}/holds` and `/v1/activities/{activity_id}/invitations`."""

from uuid import UUID

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

from ..activities.access import ActivityStaff, Organiser
from ..activities.errors import ActivityNotFound, NotPossibleNow, TicketNotFound
from . import errors, service
from .schemas import HoldChange, HoldCreate, HoldOut, InvitationOut, Invite, NewInvitations

holds = noun_router("/activities/{activity_id}/holds", "guests")
invitations = noun_router("/activities/{activity_id}/invitations", "guests")

_OWN = (Unauthenticated, Forbidden, Invalid, ActivityNotFound)
_MAKING = (*_OWN, InProgress, KeyReused, NotPossibleNow, TicketNotFound)


@holds.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_MAKING, errors.NotEnoughSeats, errors.TooManyHolds),
)
async def set_aside(
    activity_id: UUID, body: HoldCreate, who: Organiser, session: SessionDep, clock: ClockDep
) -> HoldOut:
    """Set seats of a ticket aside for guests; until released they are nobody else's."""
    return await service.set_aside(session, clock, who, activity_id, body)


@holds.put(
    "/{hold_id}",
    responses=problems(
        *_OWN,
        *(VersionInvalid, VersionChanged, VersionRequired),
        *(NotPossibleNow, errors.HoldNotFound, errors.NotEnoughSeats),
    ),
)
async def change(
    activity_id: UUID,
    hold_id: UUID,
    body: HoldChange,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> HoldOut:
    """Change how many seats a hold keeps: what it gives back is offered to who waits."""
    return await service.change(session, clock, who, (activity_id, hold_id), version, body)


@holds.get("", responses=problems(*_OWN, CursorInvalid))
async def list_holds(
    activity_id: UUID, who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[HoldOut]:
    """List the holds of an activity, newest first: as its organiser, or as staff of its region."""
    return await service.list_holds(session, clock, who, activity_id, page)


@invitations.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_MAKING, errors.HoldNotFound),
)
async def invite(
    activity_id: UUID,
    body: Invite,
    who: Organiser,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> NewInvitations:
    """Make invitations, each for one person; their codes are shown this once."""
    return await service.invite(session, clock, keyring, who, activity_id, body)


@invitations.get("", responses=problems(*_OWN, CursorInvalid))
async def list_invitations(
    activity_id: UUID, who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[InvitationOut]:
    """List the invitations to an activity, newest first, and which of them were used."""
    return await service.list_invitations(session, clock, who, activity_id, page)


@invitations.delete(
    "/{invitation_id}",
    responses=problems(*_OWN, errors.InvitationNotFound, errors.InvitationUsed),
)
async def revoke(
    activity_id: UUID,
    invitation_id: UUID,
    who: Organiser,
    session: SessionDep,
    clock: ClockDep,
) -> InvitationOut:
    """Revoke an invitation that nobody has used."""
    return await service.revoke(session, clock, who, activity_id, invitation_id)
