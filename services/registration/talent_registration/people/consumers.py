"""Events of talents: identity's, and policy's of what is verified of them."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StandingState, TalentState
from talent_kit.projections import of_living, project

from ..models import Person, Standing


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


async def on_standings(session: AsyncSession, events: Sequence[StandingState]) -> None:
    """Keep the degree and classes that were verified, but none of who was erased."""
    rows = [
        Standing(
            talent_id=event.talent_id,
            degree=event.degree,
            talent_classes=list(event.talent_classes),
            version=event.version,
        )
        for event in events
    ]
    await project(session, await of_living(session, rows))
