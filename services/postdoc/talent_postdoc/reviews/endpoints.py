"""`/v1/reviews`."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from talent_kit.auth import SignedIn
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, OldestFirstDep, Page, PageDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.reviews import errors
from talent_kit.reviews.repository import Wanted
from talent_kit.reviews.schemas import (
    Answer,
    Decision,
    NewObjection,
    ObjectionOut,
    PublishedOut,
    ReviewLine,
    ReviewOut,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..panels.errors import PanelNotConcluded
from ..parts import ReviewsDep
from . import service
from .access import ReviewOfficial, ReviewReader
from .schemas import PanelConclusion

router = noun_router("/reviews", "reviews")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_ACTING = (
    *_SIGNED,
    VersionInvalid,
    VersionChanged,
    VersionRequired,
    InProgress,
    KeyReused,
    errors.ReviewNotFound,
    errors.NotPossibleInStep,
    errors.NotYourStep,
    errors.OwnSubmission,
)
_Name = Annotated[str | None, Query(max_length=40)]


@router.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_to_do(
    who: ReviewReader,
    page: OldestFirstDep,
    session: SessionDep,
    reviews: ReviewsDep,
    step: _Name = None,
    subject_kind: _Name = None,
    escalated: bool | None = None,
) -> Page[ReviewLine]:
    """List what waits for the offices of your region, the longest in its step first."""
    wanted = Wanted(step=step, subject_kind=subject_kind, escalated=escalated)
    return await reviews.list_to_do(session, who, wanted, page)


@router.get("/published", responses=problems(CursorInvalid, Invalid))
async def list_published(
    page: PageDep, session: SessionDep, reviews: ReviewsDep
) -> Page[PublishedOut]:
    """List what is published for objections (公示), newest first; open to everybody."""
    return await reviews.list_published(session, page)


@router.get("/{review_id}", responses=problems(*_SIGNED, errors.ReviewNotFound))
async def read(
    review_id: UUID, who: ReviewReader, session: SessionDep, reviews: ReviewsDep
) -> ReviewOut:
    """Read a review of your region with its history."""
    return await reviews.read(session, who, review_id)


@router.post("/{review_id}/decision", dependencies=[Idempotent], responses=problems(*_ACTING))
async def decide(
    review_id: UUID,
    body: Decision,
    who: ReviewOfficial,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ReviewOut:
    """Approve, return or refuse in a check that your office has."""
    return await reviews.decide(session, who, review_id, version, body)


@router.post(
    "/{review_id}/conclusion",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, PanelNotConcluded),
)
async def conclude(
    review_id: UUID,
    body: PanelConclusion,
    who: ReviewOfficial,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ReviewOut:
    """Record what the panel of experts concluded, in a step that your office has."""
    return await service.conclude(session, reviews, who, review_id, version, body)


@router.post(
    "/{review_id}/objections",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED,
        InProgress,
        KeyReused,
        errors.ReviewNotFound,
        errors.AlreadyObjected,
        errors.NotPossibleInStep,
    ),
)
async def object_to(
    review_id: UUID, body: NewObjection, who: SignedIn, session: SessionDep, reviews: ReviewsDep
) -> ObjectionOut:
    """Lodge an objection to what is published, under your name, until its last day."""
    return await reviews.object_to(session, who, review_id, body)


@router.post(
    "/{review_id}/objections/{number}/answer",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, errors.ObjectionNotFound),
)
async def answer(
    review_id: UUID,
    number: Annotated[int, Path(ge=1, le=1_000_000)],
    body: Answer,
    who: ReviewOfficial,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ReviewOut:
    """Answer an objection after looking into it; upheld, it ends the review."""
    return await reviews.answer(session, who, review_id, version, number, body)
