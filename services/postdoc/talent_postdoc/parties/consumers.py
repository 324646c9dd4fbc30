"""Identity's events of talents and employers."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerState, TalentState
from talent_kit.projections import project

from ..models.parties import Organisation, Person


async def on_talents(session: AsyncSession, events: Sequence[TalentState]) -> None:
    """Keep whose login is whose, and what conditions of entry ask."""
    rows = [
        Person(
            talent_id=event.talent_id,
            login=event.login,
            region=event.region,
            birth_date=event.birth_date,
            foreign=event.residence == "foreign",
            version=event.version,
        )
        for event in events
    ]
    await project(session, rows)


async def on_employers(session: AsyncSession, events: Sequence[EmployerState]) -> None:
    """Keep who may act for which employer."""
    rows = [
        Organisation(
            employer_id=event.employer_id,
            region=event.region,
            kind=event.kind,
            agents=list(event.agents),
            version=event.version,
        )
        for event in events
    ]
    await project(session, rows)
