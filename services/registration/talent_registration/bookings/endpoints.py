"""`/v1/activities/{activity_id}/bookings` and `/v1/activities/{activity_id}/exhibits`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
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
from ..activities.errors import ActivityNotFound, NotPossibleNow, TicketNotFound
from ..registrations.errors import NotOpen, RegisteredOtherwise, SoldOut, TooLate
from . import errors, service
from .access import Exhibitor
from .schemas import Attendance, Book, BookingOut, Exhibit, Vacancies

router = noun_router("/activities/{activity_id}/bookings", "bookings")
exhibits = noun_router("/activities/{activity_id}/exhibits", "bookings")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_AGENT = (*_SIGNED, NotAnAgent, EmployerNotChosen)


@router.put(
    "/me",
    responses=problems(
        *_AGENT,
        ActivityNotFound,
        TicketNotFound,
        NotPossibleNow,
        NotOpen,
        SoldOut,
        RegisteredOtherwise,
    ),
)
async def book(
    activity_id: UUID, body: Book, who: Exhibitor, session: SessionDep, clock: ClockDep
) -> BookingOut:
    """Book a booth for your employer, by a ticket that is for employers; again changes nothing."""
    return await service.book(session, clock, who, activity_id, body.ticket_id)


@router.get("/me", responses=problems(*_AGENT, errors.BookingNotFound))
async def show(activity_id: UUID, who: Exhibitor, session: SessionDep) -> BookingOut:
    """Read your employer's booth."""
    return await service.show(session, who, activity_id)


@router.delete(
    "/me",
    responses=problems(*_AGENT, ActivityNotFound, errors.BookingNotFound, TooLate, errors.Attended),
)
async def cancel(
    activity_id: UUID, who: Exhibitor, session: SessionDep, clock: ClockDep
) -> BookingOut:
    """Give your employer's booth up."""
    return await service.cancel(session, clock, who, activity_id)


@router.put("/me/vacancies", responses=problems(*_AGENT, errors.BookingNotFound))
async def show_vacancies(
    activity_id: UUID, body: Vacancies, who: Exhibitor, session: SessionDep, clock: ClockDep
) -> BookingOut:
    """Put up the positions that your employer's booth shows, in the place of the former ones."""
    return await service.show_vacancies(session, clock, who, activity_id, body)


@router.get("", responses=problems(*_SIGNED, CursorInvalid, ActivityNotFound))
async def list_of_activity(
    activity_id: UUID, who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[BookingOut]:
    """List the bookings, newest first: as its organiser, or as staff of its region."""
    return await service.list_of_activity(session, clock, who, activity_id, page)


@router.put(
    "/{booking_id}/attendance",
    responses=problems(
        *_SIGNED,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        ActivityNotFound,
        errors.BookingNotFound,
        NotPossibleNow,
        errors.NoSessionThen,
    ),
)
async def attend(
    activity_id: UUID,
    booking_id: UUID,
    body: Attendance,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> BookingOut:
    """Say on which day an employer was at your activity; measures pay for it. Null revokes it."""
    place = (activity_id, booking_id)
    return await service.attend(session, clock, who, place, version, body.attended_on)


@exhibits.get("", responses=problems(CursorInvalid, Invalid, ActivityNotFound))
async def list_exhibits(activity_id: UUID, page: PageDep, session: SessionDep) -> Page[Exhibit]:
    """List the booths of a published activity and the positions that they show."""
    return await service.exhibits(session, activity_id, page)
