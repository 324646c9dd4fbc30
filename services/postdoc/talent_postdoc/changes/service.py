"""Changes of stations by the office, each with its day, its reason, and an entry of its own."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StationClosed, StationUpdated
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..links.service import end_all
from ..models.stations import Station
from ..stations import repository as stations_repository
from ..stations import service as stations
from ..stations.errors import StationState
from ..stations.schemas import StationOut
from ..stations.states import CLOSED, RECRUITING, Status
from ..terms.offices import require_office
from . import errors, repository
from .rules import day_counts
from .schemas import EntryOut, Merger, ModelMark, Reasoned, StationChange

_NAMES = ("name", "unit")


async def list_entries(
    session: AsyncSession, clock: Clock, who: Principal, station_id: UUID, page: PageParams
) -> Page[EntryOut]:
    """List what happened to a station that the caller sees, newest first."""
    await stations.seen_by(session, clock, who, station_id)
    rows, cursor = await repository.page_of_entries(session, station_id, page)
    hidden = {"recorded_by"} if who.roles.isdisjoint({Role.STATION_ADMIN, Role.AUDITOR}) else set()
    items = [EntryOut(**{"recorded_by": None} | row.model_dump(exclude=hidden)) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: StationChange,
) -> StationOut:
    """Change a station's name, disciplines or unit."""
    station = await to_change(session, clock, who, station_id, version, given)
    before, after = station.model_dump(mode="json"), await _changes(session, given)
    changed = {name: value for name, value in after.items() if getattr(station, name) != value}
    if not changed:
        raise errors.NothingChanged
    for name, value in changed.items():
        setattr(station, name, value)
    if {"unit_id", "disciplines"} & set(changed):
        await repository.unit(session, station.unit_id)
        if await repository.taken(session, station):
            raise errors.StationTaken
    now = station.model_dump(mode="json")
    detail = {name: {"from": before[name], "to": now[name]} for name in changed}
    return await done(session, clock, who, station, "changed", given, changes=detail)


async def _changes(session: AsyncSession, given: StationChange) -> dict[str, Any]:
    after: dict[str, Any] = {}
    for name in _NAMES:
        words = getattr(given, name)
        if words is not None:
            after |= {f"{name}_zh": words.zh, f"{name}_en": words.en}
    if given.disciplines is not None:
        after["disciplines"] = given.disciplines
    if given.unit_id is not None:
        unit = await repository.unit(session, given.unit_id)
        if unit is None:
            raise errors.UnitUnknown(field="body.unit_id")
        after |= {"unit_id": unit.employer_id, "region": unit.region}
    return after


async def mark(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: ModelMark,
) -> StationOut:
    """Mark a station as a model station, or take the mark away."""
    station = await to_change(session, clock, who, station_id, version, given)
    if station.model == given.model:
        raise errors.NothingChanged(field="body.model")
    station.model = given.model
    kind = "model_marked" if given.model else "model_unmarked"
    return await done(session, clock, who, station, kind, given)


async def suspend(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: Reasoned,
) -> StationOut:
    """Suspend a station: nobody enters it any more; who is in it goes on."""
    station = await to_change(session, clock, who, station_id, version, given)
    if station.status not in RECRUITING:
        raise StationState(state=station.status)
    station.status = Status.SUSPENDED
    return await done(session, clock, who, station, "suspended", given)


async def resume(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: Reasoned,
) -> StationOut:
    """Let a station that the office suspended go on; warned, where a warning still stands."""
    station = await to_change(session, clock, who, station_id, version, given)
    if station.status != Status.SUSPENDED:
        raise StationState(state=station.status)
    warned = await repository.warnings(session, station.id)
    if any(row.suspended_on is not None for row in warned):
        raise errors.WarningStands
    station.status = Status.WARNED if warned else Status.ACTIVE
    return await done(session, clock, who, station, "resumed", given)


async def merge(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: Merger,
) -> StationOut:
    """Merge a station into another, once no fellow is in it any more."""
    # Both, in one order: the other may be merged or revoked at once.
    known = await stations_repository.locked(session, {station_id, given.successor_id})
    station = await to_change(session, clock, who, station_id, version, given)
    await require_closing_office(session, clock, who, station)
    successor = known.get(given.successor_id)
    if (
        successor is None
        or successor.id == station.id
        or successor.kind != station.kind
        or successor.status not in RECRUITING
    ):
        raise errors.SuccessorInvalid(field="body.successor_id")
    out = await close(session, clock, who, station, Status.MERGED, given, successor_id=successor.id)
    detail = {"from": str(station.id), "reason": given.reason}
    await stations.note(
        session, clock, who.subject, successor, "took_over", given.effective_on, **detail
    )
    return out


async def close(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station: Station,
    status: Status,
    given: Reasoned,
    *,
    successor_id: UUID | None = None,
    **detail: Any,
) -> StationOut:
    """Close a station, which the caller has locked; raises StationOccupied, BranchesStand."""
    if count := await repository.inside(session, station.id):
        raise errors.StationOccupied(fellows=count)
    if count := await repository.branches(session, station.id):
        raise errors.BranchesStand(branches=count)
    station.status, station.successor_id = status, successor_id
    await end_all(session, clock, station, given.effective_on)
    return await done(session, clock, who, station, str(status), given, **detail)


async def to_change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: Reasoned,
) -> Station:
    """Return a station of the caller's office, locked; raises StationState where it is closed."""
    station = await stations.of_office(session, clock, who, station_id, for_update=True)
    require_version(station.version, version)
    if station.status in CLOSED:
        raise StationState(state=station.status)
    today = local_date(clock.now())
    if not day_counts(given.effective_on, station.approved_on, today):
        raise errors.EffectiveDayInvalid(
            field="body.effective_on",
            earliest=station.approved_on.isoformat(),
            latest=today.isoformat(),
        )
    return station


async def require_closing_office(
    session: AsyncSession, clock: Clock, who: Principal, station: Station
) -> None:
    """Raise OfficeAbove unless the caller's office may end a station of its level."""
    figure = f"CLOSING_{station.level.upper()}"
    await require_office(session, clock, who, station.region, figure)


async def done(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station: Station,
    kind: str,
    given: Reasoned,
    **detail: Any,
) -> StationOut:
    """Keep what was done to a station, and tell of it."""
    if station.successor_id is not None:
        detail["successor"] = str(station.successor_id)
    stations.raise_version(station, clock)
    await session.flush()
    await stations.note(
        session,
        clock,
        who.subject,
        station,
        kind,
        given.effective_on,
        reason=given.reason,
        **detail,
    )
    event = StationClosed if station.status in CLOSED else StationUpdated
    await stations.tell(session, clock, station, event)
    return stations.shown(station)
