"""What this service adds to reviews: panels that conclude, and deadlines that are told of."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import local_date
from talent_kit.reviews import Review, ReviewAct, Reviews, Status, StepKind
from talent_kit.reviews.schemas import ReviewOut
from talent_kit.versions import require_version

from ..deadlines.service import Due, Subject, keep
from ..documents.sides import side_of
from ..panels.errors import PanelNotConcluded
from ..panels.rules import Purpose
from ..panels.service import conclusion
from ..terms.service import terms_at
from .schemas import PanelConclusion

PURPOSES: Mapping[str, Purpose] = {
    "station_application": Purpose.SET_UP,
    "grant": Purpose.GRANT,
}
"""For what the experts are convened, by what is reviewed."""


async def conclude(
    session: AsyncSession,
    reviews: Reviews,
    who: Principal,
    review_id: UUID,
    version: int,
    given: PanelConclusion,
) -> ReviewOut:
    """Record what a panel concluded; raises PanelNotConcluded."""
    review = await reviews.read(session, who, review_id)
    require_version(review.version, version)
    purpose = PURPOSES.get(review.subject_kind)
    if purpose is None:
        raise PanelNotConcluded
    found = await conclusion(session, given.panel_id, purpose, review.subject_id)
    return await reviews.conclude(
        session,
        who,
        review_id,
        version,
        passed=found.passed,
        words=given.words,
        panel_id=str(given.panel_id),
    )


async def keep_deadline(
    session: AsyncSession, reviews: Reviews, review: Review, _: ReviewAct
) -> None:
    """Keep by when the office of the step has to act, or the unit to correct what was returned.

    A publication waits for objections.
    """
    waits = review.step_kind != StepKind.PUBLICATION or review.standing > 0
    returned = review.status == Status.RETURNED
    due: list[Due] = []
    if review.due_on is not None and (returned or (review.status == Status.OPEN and waits)):
        terms = await terms_at(session, review.region, local_date(reviews.clock.now()))
        ahead = review.due_on - timedelta(days=terms["REVIEW_REMIND"])
        name = "correction" if returned else f"review_{review.step}"
        kind = name + (f":{review.round}" if review.round > 1 else "")
        due.append(Due(kind, review.due_on, max(review.since, ahead)))
    unit_id = await _unit_of(session, review) if returned else None
    subject = Subject("review", review.id, review.step_region, unit_id=unit_id)
    await keep(session, reviews.clock, subject, due)


async def _unit_of(session: AsyncSession, review: Review) -> UUID | None:
    side = await side_of(session, review.subject_kind, review.subject_id)
    return None if side is None else next(iter(side.unit_ids), None)
