"""Identity's events of talents."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentState
from talent_kit.projections import project

from ..models import Person


async def on_talents(session: AsyncSession, events: Sequence[TalentState]) -> None:
    """Keep whose login is whose, and where they live."""
    rows = [
        Person(
            talent_id=event.talent_id,
            login=event.login,
            region=event.region,
            version=event.version,
        )
        for event in events
    ]
    await project(session, rows)
