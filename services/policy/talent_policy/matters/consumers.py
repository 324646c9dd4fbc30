"""Other services' events as matters with verified facts: from a check-in, or an entry, to money."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import AttendanceState, FellowState, GrantState, StationState
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from ..facts.consumers import Spoken, new_of, say
from ..facts.repository import keep
from ..facts.vocabulary import SubjectKind
from ..models.matters import Matter
from . import repository
from .rules import PostdocState, facts_of, fair_facts, trip_facts, undone

SOURCE = "registration"
POSTDOC = "postdoc"


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


async def on_stations(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[StationState]
) -> set[UUID]:
    """Keep postdoc stations, each under its own id; return those of which was said otherwise."""
    rows = [
        Matter(
            id=event.station_id,
            kind=SubjectKind.STATION,
            employer_id=event.employer_id,
            region=event.region,
            version=event.version,
        )
        for event in events
    ]
    return await _keep(vault, clock, session, rows, events)


async def on_fellows(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[FellowState]
) -> set[UUID]:
    """Keep fellowships, each under its own id; return those of which was said otherwise.

    The matter is the doctor's and that of the unit that employs the doctor.
    """
    rows = [
        Matter(
            id=event.fellow_id,
            kind=SubjectKind.FELLOWSHIP,
            talent_id=event.talent_id,
            employer_id=event.employer_id,
            region=event.region,
            version=event.version,
        )
        for event in events
    ]
    return await _keep(vault, clock, session, rows, events)


async def on_grants(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[GrantState]
) -> set[UUID]:
    """Keep grants, each under its own id; return those of which was said otherwise."""
    rows = [
        Matter(
            id=event.grant_id,
            kind=SubjectKind.GRANT,
            talent_id=event.talent_id,
            employer_id=event.employer_id,
            region=event.region,
            version=event.version,
        )
        for event in events
    ]
    return await _keep(vault, clock, session, rows, events)


async def _keep(
    vault: Vault,
    clock: Clock,
    session: AsyncSession,
    rows: Sequence[Matter],
    events: Sequence[PostdocState],
) -> set[UUID]:
    before = await repository.employers_of(session, [row.id for row in rows])
    newest = {event.subject: event for event in sorted(events, key=lambda e: e.version)}
    spoken: list[Spoken] = []
    doubtful: list[Spoken] = []
    moved: set[UUID] = set()
    for row in await keep(session, rows):
        event, subject = newest[row.id], (SubjectKind(row.kind), row.id, row.talent_id)
        spoken.append((subject, POSTDOC, facts_of(event), True))
        doubtful.append((subject, POSTDOC, undone(event), True))
        if before.get(row.id, row.employer_id) != row.employer_id:
            moved.add(row.id)
    changed = await new_of(vault, clock, session, doubtful)
    await say(vault, clock, session, spoken)
    return changed | moved
