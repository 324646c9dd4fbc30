"""Reading and writing reviews."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..pagination import Each, OldestFirst, PageParams, paginate, paginate_oldest
from .plans import StepKind
from .rules import ActKind, Status
from .tables import NOBODY, Review, ReviewAct


@dataclass(frozen=True)
class Wanted:
    """Which of the reviews that wait for an office are asked for; what is None does not matter."""

    step: str | None = None
    subject_kind: str | None = None
    escalated: bool | None = None


async def by_id(
    session: AsyncSession, review_id: UUID, *, for_update: bool = False
) -> Review | None:
    """Return a review, locked where it is going to change."""
    query = select(Review).where(Review.id == review_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def newest_of(session: AsyncSession, subject_id: UUID) -> Review | None:
    """Return the last review of something."""
    query = select(Review).where(Review.subject_id == subject_id)
    return (await session.exec(query.order_by(col(Review.id).desc()).limit(1))).one_or_none()


async def acts_of(session: AsyncSession, review_id: UUID) -> Sequence[ReviewAct]:
    """Return what happened to a review, in its order."""
    query = select(ReviewAct).where(ReviewAct.review_id == review_id)
    return (await session.exec(query.order_by(col(ReviewAct.number)))).all()


async def objections_of(session: AsyncSession, login: str) -> Sequence[ReviewAct]:
    """Return the objections that somebody lodged, oldest first."""
    query = select(ReviewAct).where(ReviewAct.actor == login, ReviewAct.kind == ActKind.OBJECTED)
    return (await session.exec(query.order_by(col(ReviewAct.id)))).all()


async def forget(session: AsyncSession, logins: Collection[str]) -> None:
    """Put nobody in the place of people who are erased; what they said and did stays on record."""
    acts = update(ReviewAct).where(col(ReviewAct.actor).in_(logins))
    await session.execute(acts.values(actor=NOBODY))


async def page_to_do(
    session: AsyncSession,
    regions: Sequence[str],
    roles: Collection[str],
    wanted: Wanted,
    page: OldestFirst,
) -> tuple[Sequence[Review], str | None]:
    """Return a page of what waits for the offices of some regions, longest in its step first."""
    query = select(Review).where(Review.status == Status.OPEN)
    if roles:
        query = query.where(col(Review.step_role).in_(sorted(roles)))
    if wanted.step is not None:
        query = query.where(Review.step == wanted.step)
    if wanted.subject_kind is not None:
        query = query.where(Review.subject_kind == wanted.subject_kind)
    if wanted.escalated is not None:
        query = query.where(Review.escalated == wanted.escalated)
    order = (col(Review.step_began_at), col(Review.id))
    return await paginate_oldest(
        session, query, order, page, Each(col(Review.step_region), regions)
    )


async def page_published(
    session: AsyncSession, page: PageParams
) -> tuple[Sequence[Review], str | None]:
    """Return a page of what is published for objections, newest first."""
    query = select(Review).where(
        Review.status == Status.OPEN, Review.step_kind == StepKind.PUBLICATION
    )
    return await paginate(session, query, col(Review.id), page)
