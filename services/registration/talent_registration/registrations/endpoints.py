"""`/v1/activities/{activity_id}/registrations` and `/v1/registrations`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.errors import ActivityNotFound, NotPossibleNow
from ..parts import ClockDep
from . import errors, service
from .access import ClaimsDep, Registrant, SeatReader
from .schemas import Claim, RegistrationLine, RegistrationOut
from .seating import Wanted

seats = noun_router("/activities/{activity_id}/registrations", "registrations")
router = noun_router("/registrations", "registrations")

_SIGNED = (Unauthenticated, Forbidden)


@seats.put(
    "/me",
    responses=problems(
        *_SIGNED,
        errors.NotRegistered,
        errors.NotAdmitted,
        Invalid,
        ActivityNotFound,
        errors.TicketNotFound,
        NotPossibleNow,
        errors.NotOpen,
        errors.SoldOut,
        errors.RegisteredOtherwise,
        errors.OfferOver,
        errors.TooManyAtOnce,
    ),
)
async def claim(
    activity_id: UUID, body: Claim, who: Registrant, claims: ClaimsDep
) -> RegistrationOut:
    """Register: a seat if one is left, else a place in the queue; sent again it changes nothing.

    Who is offered a seat takes it so. What comes first is served first, to within the claims that
    arrive at several processes in the same moment.
    """
    return await claims.claim(Wanted(who.subject, activity_id, body.ticket_id))


@seats.get(
    "/me", responses=problems(*_SIGNED, errors.NotRegistered, Invalid, errors.RegistrationNotFound)
)
async def show(activity_id: UUID, who: Registrant, session: SessionDep) -> RegistrationOut:
    """Read your seat or place in the queue, and how many wait before you."""
    return await service.show(session, who, activity_id)


@seats.delete(
    "/me",
    responses=problems(
        *_SIGNED, errors.NotRegistered, Invalid, errors.RegistrationNotFound, errors.TooLate
    ),
)
async def cancel(
    activity_id: UUID, who: Registrant, session: SessionDep, clock: ClockDep
) -> RegistrationOut:
    """Give up your seat or place; whoever waits longest is offered the seat."""
    return await service.cancel(session, clock, who, activity_id)


@seats.get("", responses=problems(*_SIGNED, CursorInvalid, Invalid, ActivityNotFound))
async def list_of_activity(
    activity_id: UUID, who: SeatReader, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[RegistrationLine]:
    """List who is registered, newest first: as its organiser, or as staff of its region."""
    return await service.list_of_activity(session, clock, who, activity_id, page)


@router.get("", responses=problems(*_SIGNED, errors.NotRegistered, CursorInvalid, Invalid))
async def list_own(who: Registrant, page: PageDep, session: SessionDep) -> Page[RegistrationOut]:
    """List your registrations, newest first, those that ended too."""
    return await service.list_own(session, who, page)
