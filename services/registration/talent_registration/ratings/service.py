"""Rating an activity as somebody who was there, and telling how it was found."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock

from ..activities import service as activities
from ..activities.surveys import SurveyQuestion, misfit
from ..people.repository import Known
from . import repository
from .errors import AnswerUnknown, NotAttended, RatingOver
from .repository import GRADE
from .schemas import OwnRating, Rating, RatingFigures

STEP = 5
"""Ratings are told so many at a time."""
_DAYS = timedelta(days=30)
"""How long after its last session an activity may be rated."""


async def rate(
    session: AsyncSession, clock: Clock, person: Known, activity_id: UUID, given: Rating
) -> OwnRating:
    """Count what the caller finds; once for each attendance, again changes nothing."""
    activity = await activities.read(session, activity_id)
    attendance_id, until = await _attended(session, person, activity_id)
    wrong = misfit(activity.survey, given.answers)
    if wrong is not None:
        raise AnswerUnknown(field=f"body.answers.{wrong}")
    if await repository.has_rated(session, attendance_id):
        return OwnRating(rated=True, until=until)
    if clock.now() > until:
        raise RatingOver(until=until.isoformat())
    if await repository.mark(session, attendance_id):
        answers = {f"survey:{name}": chosen for name, chosen in given.answers.items()}
        await repository.count(session, activity_id, answers | {GRADE: str(given.grade)}, STEP)
    return OwnRating(rated=True, until=until)


async def own(session: AsyncSession, person: Known, activity_id: UUID) -> OwnRating:
    """Tell whether the caller has rated, and until when that is possible."""
    await activities.read(session, activity_id)
    attendance_id, until = await _attended(session, person, activity_id)
    return OwnRating(rated=await repository.has_rated(session, attendance_id), until=until)


async def figures(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> RatingFigures:
    """Tell how an activity of the caller's, or of the caller's region, was found."""
    activity = await activities.read_as_staff(session, clock, who, activity_id)
    told = {
        (row.question, row.answer): row.told
        for row in await repository.figures(session, activity_id)
    }
    return RatingFigures(
        ratings=told.get(("", ""), 0),
        grades={str(grade): told.get((GRADE, str(grade)), 0) for grade in range(1, 6)},
        answers={each.name: _answers(each, told) for each in activity.survey},
    )


def _answers(question: SurveyQuestion, told: dict[tuple[str, str], int]) -> dict[str, int]:
    return {
        choice.name: told.get((f"survey:{question.name}", choice.name), 0)
        for choice in question.choices
    }


async def _attended(
    session: AsyncSession, person: Known, activity_id: UUID
) -> tuple[UUID, datetime]:
    found = await repository.attendance_of(session, activity_id, person.talent_id)
    if found is None:
        raise NotAttended
    return found, await repository.over_at(session, activity_id) + _DAYS
