"""Reviews as staff, whoever began them, and everybody see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ..keyring import Keyring
from ..texts import Bilingual
from .rules import ActKind
from .schemas import ActOut, PublishedOut, ReviewLine, ReviewOut, StepOut
from .tables import Review, ReviewAct

_SAME = {
    "id",
    "subject_kind",
    "subject_id",
    "region",
    "status",
    "step_region",
    "since",
    "due_on",
    "escalated",
    "version",
}


def words_place(act_id: UUID) -> bytes:
    """Return the place for which an act's words are sealed."""
    return f"review_act.words:{act_id}".encode()


def words_of(keyring: Keyring, act: ReviewAct) -> str | None:
    """Return what was said with an act."""
    if act.words_sealed is None:
        return None
    return keyring.open(act.words_sealed, words_place(act.id)).decode()


def line(review: Review) -> ReviewLine:
    """Return a review as a list shows it."""
    return ReviewLine(**_line(review))


def shown(
    keyring: Keyring, review: Review, acts: Sequence[ReviewAct], *, for_staff: bool
) -> ReviewOut:
    """Return a review with its history; who acted, and what was objected, is for staff."""
    return ReviewOut(
        **_line(review),
        plan=[StepOut(**step) for step in review.plan],
        acts=[_act(keyring, act, for_staff=for_staff) for act in acts],
    )


def published(review: Review) -> PublishedOut:
    """Return what is published, as everybody sees it."""
    return PublishedOut(
        **review.model_dump(include={"id", "subject_kind", "region", "since", "due_on"}),
        title=Bilingual(zh=review.title_zh, en=review.title_en),
        days=review.plan[review.position]["days"],
    )


def _line(review: Review) -> dict[str, Any]:
    return review.model_dump(include=_SAME) | {
        "title": Bilingual(zh=review.title_zh, en=review.title_en),
        "step": StepOut(**review.plan[review.position]),
        "objections": review.standing,
    }


def _act(keyring: Keyring, act: ReviewAct, *, for_staff: bool) -> ActOut:
    told = for_staff or act.kind != ActKind.OBJECTED
    return ActOut(
        **act.model_dump(include={"number", "kind", "step", "round", "at"}),
        actor=act.actor if for_staff else None,
        words=words_of(keyring, act) if told else None,
        answers=act.detail.get("answers"),
    )
