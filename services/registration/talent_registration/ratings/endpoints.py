"""`/v1/activities/{activity_id}/ratings`."""

from uuid import UUID

from talent_kit.database import SessionDep
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
from ..people.errors import NotRegistered
from ..registrations.access import OwnPerson
from . import errors, service
from .schemas import FollowUp, FollowUpNote, OwnRating, Rating, RatingFigures

router = noun_router("/activities/{activity_id}/ratings", "ratings")
follow_ups = noun_router("/rating-follow-ups", "ratings")

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


@follow_ups.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_follow_ups(
    who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[FollowUp]:
    """List what of your activities, or of your region, was found bad and what was done about it."""
    return await service.follow_ups(session, clock, who, page)


@follow_ups.put(
    "/{follow_up_id}",
    responses=problems(
        *_SIGNED,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        errors.FollowUpNotFound,
        errors.FollowedUp,
    ),
)
async def note(
    follow_up_id: UUID,
    body: FollowUpNote,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> FollowUp:
    """Say what was done about an activity of yours that was found bad; once, and audited."""
    return await service.note(session, clock, who, follow_up_id, version, body)
