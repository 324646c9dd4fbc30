"""Identity's events of employers."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerState

from ..models_employers import Organisation
from . import repository


async def on_employers(session: AsyncSession, events: Sequence[EmployerState]) -> None:
    """Keep who may act for which employer."""
    rows = [
        Organisation(
            employer_id=event.employer_id,
            region=event.region,
            agents=list(event.agents),
            version=event.version,
        )
        for event in events
    ]
    await repository.keep(session, rows)
