"""Setting seats aside, and inviting."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import number_digest
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.pagination import Page, PageParams
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..activities import service as activities
from ..activities.codes import digest, new_code
from ..activities.errors import NotPossibleNow, TicketNotFound
from ..activities.states import Status
from ..models import Activity, Ticket
from ..models.admission import Hold, Invitation
from ..registrations import repository as seats
from ..registrations import seating
from ..registrations.repository import Hall
from ..registrations.rules import give_back, left, take
from . import errors, repository
from .schemas import (
    HoldChange,
    HoldCreate,
    HoldOut,
    InvitationOut,
    Invite,
    NewInvitation,
    NewInvitations,
)

HOLD_TIMER = "hold-ends"
"""What is left of a hold goes to who waits. Key: the hold's id."""
MOST_HOLDS = 100
"""Of one activity, that keep seats at a time."""


async def set_aside(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, body: HoldCreate
) -> HoldOut:
    """Set seats of a ticket aside that nobody has."""
    activity = await _own_published(session, who, activity_id)
    hall = (await seats.hold(session, [activity_id]))[activity_id]
    ticket = _ticket(hall, body.ticket_id)
    if await repository.open_holds(session, activity_id) >= MOST_HOLDS:
        raise errors.TooManyHolds
    _take(hall, ticket, body.seats)
    hold = Hold(
        id=new_id(),
        activity_id=activity_id,
        made_at=clock.now(),
        version=1,
        **body.model_dump(),
    )
    session.add(hold)
    if hold.until is not None:
        await set_timer(session, HOLD_TIMER, str(hold.id), hold.until)
    await activities.record(session, clock, who, "hold.made", activity, seats=hold.seats)
    return _hold(hold)


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    ids: tuple[UUID, UUID],
    expected: int,
    body: HoldChange,
) -> HoldOut:
    """Let a hold keep more or fewer seats; what it gives back is offered to who waits."""
    activity_id, hold_id = ids
    activity = await _own_published(session, who, activity_id)
    hall = (await seats.hold(session, [activity_id]))[activity_id]
    hold = await repository.hold_by_id(session, hold_id)
    if hold is None or hold.activity_id != activity_id:
        raise errors.HoldNotFound
    require_version(hold.version, expected)
    ticket = hall.tickets[hold.ticket_id]
    if body.seats > hold.seats:
        _take(hall, ticket, body.seats - hold.seats)
    else:
        give_back(hall.quotas, ticket.quota_ids, hold.seats - body.seats)
    hold.seats, hold.until = body.seats, body.until
    hold.version += 1
    if hold.until is not None:
        await set_timer(session, HOLD_TIMER, str(hold.id), hold.until)
    await activities.record(session, clock, who, "hold.changed", activity, seats=hold.seats)
    await seating.serve(session, clock, hall)
    return _hold(hold)


async def end(session: AsyncSession, clock: Clock, hold_id: UUID) -> None:
    """Release what is left of a hold whose time has come."""
    found = await repository.hold_by_id(session, hold_id)
    if found is None:
        return
    (hall,) = (await seats.hold(session, [found.activity_id])).values()
    # Only now it stands still: a guest may have come, or the organiser have moved its end.
    hold = await repository.hold_by_id(session, hold_id)
    if hold is None or hold.until is None or hold.until > clock.now():
        return
    give_back(hall.quotas, hall.tickets[hold.ticket_id].quota_ids, hold.seats)
    hold.seats, hold.until = 0, None
    hold.version += 1
    await seating.serve(session, clock, hall)


async def list_holds(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[HoldOut]:
    """List the holds of an activity that the caller sees as staff."""
    await activities.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_holds(session, activity_id, page)
    return Page(items=[_hold(row) for row in rows], next_cursor=cursor)


async def invite(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    activity_id: UUID,
    body: Invite,
) -> NewInvitations:
    """Make invitations; this answer alone has their codes."""
    activity = await _own_published(session, who, activity_id)
    hall = (await seats.hold(session, [activity_id]))[activity_id]
    ticket = _ticket(hall, body.ticket_id)
    if body.hold_id is not None:
        hold = await repository.hold_by_id(session, body.hold_id)
        if hold is None or hold.ticket_id != ticket.id:
            raise errors.HoldNotFound(field="body.hold_id")
    digests: dict[bytes, str | None]
    if body.talent_codes is None:
        codes = [new_code() for _ in range(body.number or 0)]
        digests = {digest(keyring, activity_id, code): code for code in codes}
    else:
        digests = dict.fromkeys(map(number_digest, body.talent_codes))
        for known in await repository.known_digests(session, activity_id, digests):
            del digests[known]
        ticket.names_guests = True
    made = [NewInvitation(id=new_id(), code=code) for code in digests.values()]
    rows = [
        Invitation(
            id=each.id,
            activity_id=activity_id,
            ticket_id=ticket.id,
            hold_id=body.hold_id,
            digest=hashed,
            named=each.code is None,
            until=body.until,
            made_at=clock.now(),
        )
        for each, hashed in zip(made, digests, strict=True)
    ]
    await repository.add_invitations(session, rows)
    await activities.record(
        session, clock, who, "invitations.made", activity, ticket=ticket.name, number=len(made)
    )
    return NewInvitations(items=made)


async def revoke(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, invitation_id: UUID
) -> InvitationOut:
    """Let an invitation that nobody has used admit nobody any more."""
    activity = await activities.own(session, who, activity_id)
    await seats.hold(session, [activity_id])
    invitation = await repository.invitation_by_id(session, invitation_id)
    if invitation is None or invitation.activity_id != activity_id:
        raise errors.InvitationNotFound
    if invitation.registration_id is not None and not invitation.named:
        raise errors.InvitationUsed
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        await activities.record(session, clock, who, "invitation.revoked", activity)
    return _invitation(invitation)


async def list_invitations(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[InvitationOut]:
    """List the invitations to an activity that the caller sees as staff, without their codes."""
    await activities.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_invitations(session, activity_id, page)
    return Page(items=[_invitation(row) for row in rows], next_cursor=cursor)


async def _own_published(session: AsyncSession, who: Principal, activity_id: UUID) -> Activity:
    activity = await activities.own(session, who, activity_id)
    if activity.status != Status.PUBLISHED:
        raise NotPossibleNow(state=activity.status)
    return activity


def _ticket(hall: Hall, ticket_id: UUID) -> Ticket:
    ticket = hall.tickets.get(ticket_id)
    if ticket is None or ticket.holder != "talent":
        raise TicketNotFound(field="body.ticket_id")
    return ticket


def _take(hall: Hall, ticket: Ticket, seats_wanted: int) -> None:
    if not take(hall.quotas, ticket.quota_ids, seats_wanted):
        raise errors.NotEnoughSeats(field="body.seats", left=left(hall.quotas, ticket.quota_ids))


def _hold(hold: Hold) -> HoldOut:
    return HoldOut.model_validate(hold, from_attributes=True)


def _invitation(row: Invitation) -> InvitationOut:
    status = "open" if row.revoked_at is None else "revoked"
    given = row.model_dump(exclude={"digest", "activity_id", "revoked_at"})
    return InvitationOut(**given, status="used" if row.registration_id else status)
