"""How long what was written of a candidacy is kept, and what happens then."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.timers import set_timer

from ..documents import service as documents
from ..models.candidacies import Candidacy
from ..models.positions import Position
from ..positions import repository as positions
from ..positions.lifecycle import CLOCK
from ..terms.service import terms_at
from . import repository, texts
from .states import Act, Status, after

KEPT_TIMER = "candidacy-kept"


async def see_to(
    session: AsyncSession, clock: Clock, candidacy: Candidacy, position: Position
) -> None:
    """Have the texts of a candidacy removed once its kept days are over."""
    due = await _due(session, clock, candidacy, position)
    await set_timer(session, KEPT_TIMER, str(candidacy.id), due)


async def remove_when_over(
    session: AsyncSession, clock: Clock, blobs: Blobs, candidacy_id: UUID
) -> None:
    """Remove what was written of a candidacy, and its files, once its kept days are over.

    One that nobody decided lapses with it.
    """
    candidacy = await repository.by_id(session, candidacy_id)
    if candidacy is None:
        return
    position = await positions.by_id(session, candidacy.position_id, for_update=True)
    candidacy = await repository.by_id(session, candidacy_id, for_update=True)
    if candidacy is None or position is None:
        return
    # The days may have been set anew meanwhile, or the position may be open for longer.
    due = await _due(session, clock, candidacy, position)
    if clock.now() < due:
        await set_timer(session, KEPT_TIMER, str(candidacy.id), due)
        return
    await texts.remove(session, candidacy.id)
    for document in await documents.attached(session, "candidacy", candidacy.id):
        await blobs.release(session, document.id)
    if after(candidacy.status, Act.LAPSE) is not None:
        candidacy.status = Status.LAPSED
        candidacy.ended_at = clock.now()
    candidacy.changed_at = clock.now()
    candidacy.version += 1
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=CLOCK,
        action="candidacy.texts-removed",
        subject=f"candidacy:{candidacy.id}",
        region=candidacy.region,
    )


async def _due(
    session: AsyncSession, clock: Clock, candidacy: Candidacy, position: Position
) -> datetime:
    terms = await terms_at(session, candidacy.region, local_date(clock.now()))
    days = timedelta(days=terms["CANDIDACY_KEPT"])
    ended = candidacy.ended_at or local_midnight(position.closes_on + timedelta(days=1))
    return ended + days
