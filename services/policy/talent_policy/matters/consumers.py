"""Registration's events of attendance as matters with verified facts: from check-in to money."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import AttendanceState
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from ..facts.consumers import say
from ..facts.repository import keep
from ..facts.vocabulary import SubjectKind
from ..models.matters import Matter
from .rules import fair_facts, trip_facts

SOURCE = "registration"


async def on_attendances(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[AttendanceState]
) -> None:
    """Keep who was at a recruitment event: a talent's `trip`, an employer's `fair`.

    The matter belongs to the region whose office organised the event. What was revoked is said not
    to have been attended, and stays.
    """
    recruiting = [event for event in events if event.recruitment]
    rows = [
        Matter(
            id=event.attendance_id,
            kind=SubjectKind.FAIR if event.talent_id is None else SubjectKind.TRIP,
            talent_id=event.talent_id,
            employer_id=event.employer_id,
            region=event.region,
            version=event.version,
        )
        for event in recruiting
    ]
    by_id = {event.attendance_id: event for event in sorted(recruiting, key=lambda e: e.version)}
    spoken = []
    for row in await keep(session, rows):
        event, kind = by_id[row.id], SubjectKind(row.kind)
        facts = fair_facts(event) if kind is SubjectKind.FAIR else trip_facts(event)
        spoken.append(((kind, row.id, row.talent_id), SOURCE, facts, True))
    await say(vault, clock, session, spoken)
