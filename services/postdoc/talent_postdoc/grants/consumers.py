"""The service's own events of fellows who left."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import FellowWithdrawn
from talent_kit.clock import Clock

from .service import end_of_left


async def on_withdrawn(
    session: AsyncSession, clock: Clock, events: Sequence[FellowWithdrawn]
) -> None:
    """End the awards of fellows who left early: nothing more of them is paid."""
    await end_of_left(session, clock, {event.fellow_id for event in events})
