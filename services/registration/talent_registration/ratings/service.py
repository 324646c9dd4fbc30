"""Rating an activity as somebody who was there, and telling how it was found."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..activities import service as activities
from ..activities.surveys import SurveyQuestion, misfit
from ..models import Activity, RatingFollowUp
from ..people.repository import Known
from . import repository
from .errors import AnswerUnknown, FollowedUp, FollowUpNotFound, NotAttended, RatingOver
from .repository import GRADE
from .rules import due
from .schemas import FollowUp, FollowUpNote, OwnRating, Rating, RatingFigures

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
        grade = {GRADE: str(given.grade)}
        if await repository.count(session, activity_id, answers | grade, STEP):
            await _open_follow_up(session, clock, activity_id)
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


async def follow_ups(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[FollowUp]:
    """List what is to be followed up in the caller's region; an organiser's own."""
    if who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR}):
        rows, cursor = await repository.page_of_organiser(session, who.subject, page)
    else:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    return Page(items=[_shown(clock, row) for row in rows], next_cursor=cursor)


async def note(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    follow_up_id: UUID,
    expected: int,
    given: FollowUpNote,
) -> FollowUp:
    """Say what was done about an activity of the caller's that was found bad; once."""
    row = await repository.follow_up(session, follow_up_id)
    if row is None or row.organiser != who.subject:
        raise FollowUpNotFound
    require_version(row.version, expected)
    if row.done_at is not None:
        raise FollowedUp
    row.note, row.done_at = given.note, clock.now()
    row.version += 1
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="rating.followed-up",
        subject=f"activity:{row.activity_id}",
        region=row.region,
        detail={"follow_up": str(row.id)},
    )
    return _shown(clock, row)


async def _open_follow_up(session: AsyncSession, clock: Clock, activity_id: UUID) -> None:
    low = await repository.low_since(session, activity_id)
    activity = await session.get_one(Activity, activity_id)
    if low == 0:
        return
    today = local_date(clock.now())
    row = RatingFollowUp(
        id=new_id(),
        activity_id=activity_id,
        organiser=activity.organiser,
        region=activity.region,
        low=low,
        opened_on=today,
        due_on=due(today),
        version=1,
    )
    session.add(row)
    await session.flush()


def _shown(clock: Clock, row: RatingFollowUp) -> FollowUp:
    overdue = row.done_at is None and local_date(clock.now()) > row.due_on
    return FollowUp(**row.model_dump(exclude={"organiser", "region"}), overdue=overdue)


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
