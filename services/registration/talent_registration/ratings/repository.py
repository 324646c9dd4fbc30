"""Reading and writing ratings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models import Meeting, Registration
from ..models.gates import Attendance
from ..models.ratings import RatingFigure, RatingFollowUp, RatingGiven
from .rules import LOWEST_GOOD

GRADE = "grade"


async def attendance_of(session: AsyncSession, activity_id: UUID, talent_id: UUID) -> UUID | None:
    """Return a talent's attendance at an activity; not one that was entered by mistake."""
    query = (
        select(Attendance.id)
        .join(Registration, col(Registration.id) == col(Attendance.registration_id))
        .where(
            Registration.talent_id == talent_id,
            Registration.activity_id == activity_id,
            col(Attendance.revoked_at).is_(None),
        )
        .order_by(col(Attendance.id))
    )
    return (await session.exec(query.limit(1))).first()


async def over_at(session: AsyncSession, activity_id: UUID) -> datetime:
    """Return when the last session of an activity ends."""
    query = select(func.max(col(Meeting.ends_at))).where(Meeting.activity_id == activity_id)
    return (await session.exec(query)).one()


async def has_rated(session: AsyncSession, attendance_id: UUID) -> bool:
    return await session.get(RatingGiven, attendance_id) is not None


async def mark(session: AsyncSession, attendance_id: UUID) -> bool:
    """Note that somebody rates now; tell whether they had not before."""
    statement = insert(RatingGiven).values(attendance_id=attendance_id).on_conflict_do_nothing()
    made = await session.execute(statement.returning(col(RatingGiven.attendance_id)))
    return made.scalar_one_or_none() is not None


async def count(
    session: AsyncSession, activity_id: UUID, given: Mapping[str, str], step: int
) -> bool:
    """Count a rating's answers; where a step is full, all that was counted may be told.

    Tells whether it is. The grades' row comes first: its lock puts the ratings of one activity in
    an order.
    """
    table = RatingFigure
    total = {"activity_id": activity_id, "question": "", "answer": "", "times": 1, "told": 0}
    raised = {"times": col(table.times) + 1}
    keys = ["activity_id", "question", "answer"]
    ratings = await session.scalar(
        insert(table)
        .values(total)
        .on_conflict_do_update(index_elements=keys, set_=raised)
        .returning(col(table.times))
    )
    rows = [
        total | {"question": question, "answer": answer}
        for question, answer in sorted(given.items())
    ]
    await session.execute(
        insert(table).on_conflict_do_update(index_elements=keys, set_=raised), rows
    )
    if ratings is None or ratings % step:
        return False
    await session.execute(
        update(table).where(col(table.activity_id) == activity_id).values(told=table.times)
    )
    return True


async def low_since(session: AsyncSession, activity_id: UUID) -> int:
    """Return how many grades below three were told and have no follow-up yet."""
    low = select(func.coalesce(func.sum(col(RatingFigure.told)), 0)).where(
        RatingFigure.activity_id == activity_id,
        RatingFigure.question == GRADE,
        col(RatingFigure.answer).in_([str(grade) for grade in range(1, LOWEST_GOOD)]),
    )
    covered = select(func.coalesce(func.sum(col(RatingFollowUp.low)), 0)).where(
        RatingFollowUp.activity_id == activity_id
    )
    return (await session.exec(low)).one() - (await session.exec(covered)).one()


async def follow_up(session: AsyncSession, follow_up_id: UUID) -> RatingFollowUp | None:
    """Return a follow-up, locked."""
    query = select(RatingFollowUp).where(RatingFollowUp.id == follow_up_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def page_of_organiser(
    session: AsyncSession, organiser: str, page: PageParams
) -> tuple[Sequence[RatingFollowUp], str | None]:
    """Return a page of one organiser's follow-ups, newest first."""
    query = select(RatingFollowUp).where(RatingFollowUp.organiser == organiser)
    return await paginate(session, query, col(RatingFollowUp.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[RatingFollowUp], str | None]:
    """Return a page of the follow-ups of some regions, newest first."""
    each = Each(col(RatingFollowUp.region), regions)
    return await paginate(session, select(RatingFollowUp), col(RatingFollowUp.id), page, each)


async def figures(session: AsyncSession, activity_id: UUID) -> Sequence[RatingFigure]:
    """Return every figure of an activity; the one without a question is of the ratings."""
    query = select(RatingFigure).where(RatingFigure.activity_id == activity_id)
    return (await session.exec(query)).all()
