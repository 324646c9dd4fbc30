"""The service's own events of stations and fellows."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import FellowState, StationState

from .service import count


async def on_changes(session: AsyncSession, events: Sequence[StationState | FellowState]) -> None:
    """Count stations and fellows anew of which events tell."""
    await count(session, {event.subject for event in events})
