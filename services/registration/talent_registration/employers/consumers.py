"""Identity's events of employers."""

from collections.abc import Sequence
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerState, EmploymentState
from talent_kit.projections import project

from ..models.employers import Employment, Organisation
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
    await project(session, rows)


async def on_employments(session: AsyncSession, events: Sequence[EmploymentState]) -> None:
    """Keep who is employed by whom."""
    rows = [
        Employment(
            id=event.employment_id,
            talent_id=event.talent_id,
            employer_id=event.employer_id,
            confirmed=event.status in {"confirmed", "ended"},
            begins=event.contract_from,
            until=_last_day(event),
            version=event.version,
        )
        for event in events
    ]
    await repository.keep_employments(session, rows)


def _last_day(event: EmploymentState) -> date | None:
    """Return the last day of an employment: that on which it ended, or the contract's."""
    days = [day for day in (event.ended_on, event.contract_until) if day is not None]
    return min(days, default=None)
