"""Booking booths, showing vacancies at them, and saying which employer was there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    AttendanceConfirmed,
    AttendanceRevoked,
    AttendanceState,
    BookingCancelled,
    BookingConfirmed,
    BookingState,
)
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.employers import acted_for
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event, save_events
from talent_kit.pagination import Page, PageParams
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..activities import repository as parts
from ..activities import service as activities
from ..activities.errors import ActivityNotFound, NotPossibleNow, TicketNotFound
from ..activities.schemas import RECRUITING
from ..activities.states import Status as ActivityStatus
from ..activities.timers import BOOKINGS_TIMER, SERVE_TIMER
from ..models import Activity, Meeting
from ..models.employers import Booking, Organisation
from ..registrations.errors import (
    NotOpen,
    RegisteredOtherwise,
    SoldOut,
    TooLate,
)
from ..registrations.rules import give_back, take
from . import errors, repository
from .rules import Status, has_begun, held_on
from .schemas import BookingOut, Exhibit, Vacancies

_SOME = 500
"""Booths that are cancelled with their activity in one transaction."""
_OVER_OR_ON = frozenset({ActivityStatus.PUBLISHED, ActivityStatus.FINISHED})


async def book(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, ticket_id: UUID
) -> BookingOut:
    """Book a booth for the employer that the caller acts for; again changes nothing."""
    employer_id = await acted_for(session, who, Organisation)
    quotas = {one.id: one for one in await parts.locked_quotas(session, [activity_id])}
    activity = await _seen(session, activity_id)
    ticket = next(
        (
            one
            for one in (await parts.parts_of(session, activity_id)).tickets
            if one.id == ticket_id and one.holder == "employer"
        ),
        None,
    )
    if ticket is None:
        raise TicketNotFound(field="body.ticket_id")
    known = await repository.live_of(session, activity_id, employer_id)
    if known is not None:
        if known.ticket_id != ticket_id:
            raise RegisteredOtherwise(ticket_id=str(known.ticket_id))
        return shown(known)
    now = clock.now()
    _require_open(activity, now)
    if not take(quotas, ticket.quota_ids):
        raise SoldOut
    booking = Booking(
        id=new_id(),
        activity_id=activity_id,
        ticket_id=ticket_id,
        employer_id=employer_id,
        status=Status.CONFIRMED,
        booked_at=now,
        changed_at=now,
        version=1,
    )
    session.add(booking)
    await session.flush()
    await save_event(session, clock, state(booking))
    return shown(booking)


async def show(session: AsyncSession, who: Principal, activity_id: UUID) -> BookingOut:
    """Return the booth of the employer that the caller acts for."""
    return shown(await _own(session, who, activity_id))


async def cancel(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> BookingOut:
    """Give a booth up, until seats can no longer be given back."""
    employer_id = await acted_for(session, who, Organisation)
    quotas = {one.id: one for one in await parts.locked_quotas(session, [activity_id])}
    booking = await repository.live_of(session, activity_id, employer_id)
    if booking is None:
        raise errors.BookingNotFound
    activity = await _seen(session, activity_id)
    if clock.now() > activity.cancel_until:
        raise TooLate(cancel_until=activity.cancel_until.isoformat())
    if booking.attended_on is not None:
        raise errors.Attended
    tickets = (await parts.parts_of(session, activity_id)).tickets
    give_back(quotas, next(one.quota_ids for one in tickets if one.id == booking.ticket_id))
    booking.status = Status.CANCELLED
    await _change(session, clock, booking)
    # A quota may be shared with tickets of talents, who wait for it.
    await set_timer(session, SERVE_TIMER, str(activity_id), clock.now())
    await save_event(session, clock, state(booking))
    return shown(booking)


async def close(session: AsyncSession, clock: Clock, activity_id: UUID) -> None:
    """Cancel the booths of an activity that is cancelled, some at a time, and tell each employer.

    Where an employer was already, that stays.
    """
    quotas = {one.id: one for one in await parts.locked_quotas(session, [activity_id])}
    tickets = {one.id: one for one in (await parts.parts_of(session, activity_id)).tickets}
    rows = await repository.some_to_cancel(session, activity_id, _SOME)
    for booking in rows:
        give_back(quotas, tickets[booking.ticket_id].quota_ids)
        booking.status = Status.CANCELLED
        booking.changed_at = clock.now()
        booking.version += 1
    await save_events(session, clock, [state(booking) for booking in rows])
    if len(rows) == _SOME:
        await set_timer(session, BOOKINGS_TIMER, str(activity_id), clock.now())


async def show_vacancies(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, given: Vacancies
) -> BookingOut:
    """Put positions in the place of those that a booth has shown."""
    booking = await _own(session, who, activity_id)
    booking.vacancies = [one.model_dump(mode="json") for one in given.vacancies]
    await _change(session, clock, booking)
    return shown(booking)


async def exhibits(session: AsyncSession, activity_id: UUID, page: PageParams) -> Page[Exhibit]:
    """List the booths of a published activity with their vacancies, newest first."""
    await _seen(session, activity_id)
    rows, cursor = await repository.page_of_exhibits(session, activity_id, page)
    return Page(items=[Exhibit(**_exhibit(row)) for row in rows], next_cursor=cursor)


async def list_of_activity(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[BookingOut]:
    """List the bookings at an activity of the caller's, or of the caller's region."""
    await activities.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_activity(session, activity_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def attend(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    place: tuple[UUID, UUID],
    expected: int,
    day: date | None,
) -> BookingOut:
    """Say on which day an employer was at the caller's activity, or that it was not.

    `place` is the activity and the booking. Measures pay from this, so that it is audited.
    """
    activity_id, booking_id = place
    activity = await parts.by_id(session, activity_id)
    if activity is None or activity.organiser != who.subject:
        raise ActivityNotFound
    booking = await repository.by_id(session, activity_id, booking_id)
    if booking is None or booking.status != Status.CONFIRMED:
        raise errors.BookingNotFound
    require_version(booking.version, expected)
    if activity.status not in _OVER_OR_ON:
        raise NotPossibleNow(state=activity.status)
    meetings = (await parts.parts_of(session, activity_id)).meetings
    if day is not None and not has_begun(held_on(meetings, day), day, clock.now()):
        raise errors.NoSessionThen(field="body.attended_on")
    if day == (booking.attended_on if booking.attended else None):
        return shown(booking)
    booking.attended = day is not None
    booking.attended_on = day or booking.attended_on
    booking.attendance_id = booking.attendance_id or new_id()
    await _change(session, clock, booking)
    await save_event(session, clock, attendance(activity, meetings, booking))
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="booking.attended" if booking.attended else "booking.attendance-revoked",
        subject=f"booking:{booking.id}",
        region=activity.region,
        detail={"version": booking.version},
    )
    return shown(booking)


def attendance(
    activity: Activity, meetings: Sequence[Meeting], booking: Booking
) -> AttendanceState:
    """Return what was last told of an employer's attendance."""
    if booking.attendance_id is None or booking.attended_on is None:
        raise LookupError("an attendance of which nobody was told")
    meeting = held_on(meetings, booking.attended_on)
    kind = AttendanceConfirmed if booking.attended else AttendanceRevoked
    return kind(
        attendance_id=booking.attendance_id,
        activity_id=activity.id,
        registration_id=booking.id,
        employer_id=booking.employer_id,
        kind=activity.kind,
        host=activity.host,
        region=activity.region,
        held_in=None if meeting is None else meeting.region,
        recruitment=activity.kind in RECRUITING,
        invited=False,
        attended_on=booking.attended_on,
        version=booking.version,
    )


def state(booking: Booking) -> BookingState:
    """Return a booking's state as an event."""
    kind = BookingConfirmed if booking.status == Status.CONFIRMED else BookingCancelled
    return kind(
        booking_id=booking.id,
        activity_id=booking.activity_id,
        ticket_id=booking.ticket_id,
        employer_id=booking.employer_id,
        status=booking.status,
        version=booking.version,
    )


def shown(booking: Booking) -> BookingOut:
    """Return a booking as employer and organiser see it."""
    return BookingOut(
        **_exhibit(booking),
        **booking.model_dump(include={"activity_id", "status", "booked_at", "version"}),
        attended_on=booking.attended_on if booking.attended else None,
    )


def _exhibit(booking: Booking) -> dict[str, Any]:
    return booking.model_dump(include={"id", "ticket_id", "employer_id", "vacancies"})


async def _seen(session: AsyncSession, activity_id: UUID) -> Activity:
    activity = await parts.by_id(session, activity_id)
    if activity is None or activity.status in {ActivityStatus.DRAFT, ActivityStatus.SUBMITTED}:
        raise ActivityNotFound
    return activity


async def _own(session: AsyncSession, who: Principal, activity_id: UUID) -> Booking:
    found = await repository.live_of(
        session, activity_id, await acted_for(session, who, Organisation)
    )
    if found is None:
        raise errors.BookingNotFound
    return found


def _require_open(activity: Activity, now: datetime) -> None:
    if activity.status != ActivityStatus.PUBLISHED:
        raise NotPossibleNow(state=activity.status)
    if not activity.opens_at <= now < activity.closes_at:
        raise NotOpen(
            opens_at=activity.opens_at.isoformat(), closes_at=activity.closes_at.isoformat()
        )


async def _change(session: AsyncSession, clock: Clock, booking: Booking) -> None:
    booking.changed_at = clock.now()
    booking.version += 1
    await session.flush()
