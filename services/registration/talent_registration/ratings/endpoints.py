"""`/v1/activities/{activity_id}/ratings`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.access import ActivityStaff
from ..activities.errors import ActivityNotFound
from ..parts import ClockDep
from ..people.errors import NotRegistered
from ..registrations.access import OwnPerson
from . import errors, service
from .schemas import OwnRating, Rating, RatingFigures

router = noun_router("/activities/{activity_id}/ratings", "ratings")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_OWN = (*_SIGNED, NotRegistered, errors.NotAttended)


@router.put(
    "/me", responses=problems(*_OWN, ActivityNotFound, errors.RatingOver, errors.AnswerUnknown)
)
async def rate(
    activity_id: UUID, body: Rating, person: OwnPerson, session: SessionDep, clock: ClockDep
) -> OwnRating:
    """Rate what you attended in five grades, and answer its survey; nobody learns who said what.

    Once: sent again, whatever it says, it changes nothing.
    """
    return await service.rate(session, clock, person, activity_id, body)


@router.get("/me", responses=problems(*_OWN, ActivityNotFound))
async def own(activity_id: UUID, person: OwnPerson, session: SessionDep) -> OwnRating:
    """Read whether you have rated what you attended."""
    return await service.own(session, person, activity_id)


@router.get("", responses=problems(*_SIGNED, ActivityNotFound))
async def figures(
    activity_id: UUID, who: ActivityStaff, session: SessionDep, clock: ClockDep
) -> RatingFigures:
    """Read how your activity was found, or one of your region; told in steps of five ratings."""
    return await service.figures(session, clock, who, activity_id)
