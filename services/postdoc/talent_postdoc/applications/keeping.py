"""How long a decided application keeps whom it names as advisors, and what happens then."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.clock import Clock, local_date
from talent_kit.timers import set_timer

from ..models.applications import StationApplication
from ..terms.service import terms_at
from . import repository
from .rules import DECIDED

KEPT_TIMER = "application-kept"
SYSTEM = "system"


async def see_to(session: AsyncSession, clock: Clock, row: StationApplication) -> None:
    """Have a decided application forget advisors once its days are over; they stay at stations."""
    if row.status in DECIDED:
        await set_timer(session, KEPT_TIMER, str(row.id), await _due(session, clock, row))


async def forget_when_over(session: AsyncSession, clock: Clock, application_id: UUID) -> None:
    """Forget the advisors that an application names once its days are over."""
    row = await repository.by_id(session, application_id, for_update=True)
    if row is None or row.advisors_sealed is None or row.status not in DECIDED:
        return
    # The days may have been set anew meanwhile.
    due = await _due(session, clock, row)
    if clock.now() < due:
        await set_timer(session, KEPT_TIMER, str(row.id), due)
        return
    row.advisors_sealed = None
    row.version += 1
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=SYSTEM,
        action="station_application.advisors-forgotten",
        subject=f"station_application:{row.id}",
        region=row.region,
    )


async def _due(session: AsyncSession, clock: Clock, row: StationApplication) -> datetime:
    terms = await terms_at(session, row.region, local_date(clock.now()))
    return row.changed_at + timedelta(days=terms["APPLICATION_KEPT"])
