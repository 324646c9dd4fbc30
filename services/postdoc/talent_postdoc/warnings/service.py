"""Warnings: raised for many stations at once, ended one by one or by what happens."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock, local_date
from talent_kit.employers import acted_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_rules import RegionError

from ..deadlines.service import Due, Subject, keep, open_many
from ..models.parties import Organisation
from ..models.stations import Station
from ..models.warnings import StationWarning
from ..stations.errors import StationNotFound
from ..stations.repository import locked
from ..stations.service import seen_by
from ..stations.states import Status as StationStatus
from ..terms.rules import Terms
from ..terms.service import terms_at
from . import errors, repository
from .rules import Cause, Status, after_the_day, cutoff, mend_until, remind_on, suspended_until
from .schemas import Mended, WarningOut
from .telling import SYSTEM, happened

NATION = "000000"
BATCH = 500
"""Most stations of one transaction of the sweep."""
_STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def warn(
    session: AsyncSession,
    clock: Clock,
    who: str,
    cause: Cause,
    stations: Mapping[UUID, Station],
    evaluations: Mapping[UUID, UUID] | None = None,
) -> None:
    """Warn stations, which the caller has locked; `evaluations` are what they failed, by station.

    One that stands warned for the same cause keeps its day.
    """
    standing = await repository.standing(session, stations.keys())
    told = {row.station_id for row in standing if row.cause == cause}
    today = local_date(clock.now())
    terms = await _terms(session, {row.region for row in stations.values()}, today)
    new = [row for row in stations.values() if row.id not in told]
    warnings = [
        StationWarning(
            id=new_id(),
            station_id=row.id,
            unit_id=row.unit_id,
            region=row.region,
            cause=cause,
            evaluation_id=(evaluations or {}).get(row.id),
            status=Status.OPEN,
            warned_on=today,
            mend_until=mend_until(today, terms[row.region]),
            changed_at=clock.now(),
            version=1,
        )
        for row in new
    ]
    rows = [each.model_dump() for each in warnings]
    await insert_many(session, cast("Any", StationWarning).__table__, rows)
    await open_many(session, [(_subject(each), _due(each, today, terms)) for each in warnings])
    changed = [row for row in new if row.status == StationStatus.ACTIVE]
    for row in changed:
        row.status = StationStatus.WARNED
    details = {
        each.station_id: {"cause": cause, "mend_until": each.mend_until.isoformat()}
        for each in warnings
    }
    await happened(session, clock, who, "warned", today, details, stations, changed)


async def warn_idle(session: AsyncSession, clock: Clock) -> int:
    """Warn stations that nobody entered for years; return how many, BATCH at the most."""
    today = local_date(clock.now())
    regions = await repository.regions_of_stations(session)
    terms = await _terms(session, set(regions), today)
    cutoffs = {region: cutoff(today, terms[region]["IDLE_YEARS"]) for region in regions}
    ids = await repository.idle(session, cutoffs, BATCH)
    if ids:
        stations = await locked(session, ids)
        await warn(session, clock, SYSTEM, Cause.IDLE, stations)
    return len(ids)


async def follow_up(session: AsyncSession, clock: Clock) -> int:
    """Suspend, or propose to revoke, where nothing was mended in time; return how many."""
    today = local_date(clock.now())
    warnings = await repository.over(session, today, BATCH)
    if not warnings:
        return 0
    stations = await locked(session, {row.station_id for row in warnings})
    terms = await _terms(session, {row.region for row in warnings}, today)
    for status, kind in ((Status.SUSPENDED, "suspended"), (Status.PROPOSED, "revocation_proposed")):
        chosen = [row for row in warnings if after_the_day(row.cause, row.status) == status]
        changed = [stations[row.station_id] for row in chosen if status == Status.SUSPENDED]
        changed = [row for row in changed if row.status == StationStatus.WARNED]
        moved = {
            row.station_id: _moved(row, status, today, terms[row.region], stations[row.station_id])
            for row in chosen
        }
        for row in changed:
            row.status = StationStatus.SUSPENDED
        for warning in chosen:
            warning.changed_at, warning.version = clock.now(), warning.version + 1
            dues = [_due(warning, today, terms)] if status == Status.SUSPENDED else []
            await keep(session, clock, _subject(warning), dues)
        await happened(session, clock, SYSTEM, kind, today, moved, stations, changed)
        warnings = [row for row in warnings if row not in chosen]
    return len(stations)


def _moved(
    warning: StationWarning, status: Status, today: date, terms: Terms, station: Station
) -> dict[str, Any]:
    warning.status = status
    if status == Status.SUSPENDED:
        # One that the office has suspended stays so when the warning ends.
        warning.suspended_on = today if station.status == StationStatus.WARNED else None
        warning.mend_until = suspended_until(today, terms)
    else:
        warning.proposed_on = today
    return {"cause": warning.cause, "warning": str(warning.id)}


async def end_by_themselves(session: AsyncSession, clock: Clock) -> int:
    """End warnings of idle stations that recruited, and of closed stations; return how many."""
    recruited = await repository.recruited(session, BATCH)
    await _end(session, clock, SYSTEM, recruited, Status.MENDED)
    gone = await repository.closed(session, BATCH)
    await _end(session, clock, SYSTEM, gone, Status.CLOSED)
    return len(recruited) + len(gone)


async def mend(
    session: AsyncSession, clock: Clock, who: Principal, warning_id: UUID, given: Mended
) -> WarningOut:
    """Record as the office that what was wrong is mended: the station goes on as before."""
    warning = await repository.by_id(session, warning_id, for_update=True)
    if warning is None or not who.oversees(warning.region, clock):
        raise errors.WarningNotFound
    if warning.ended_on is not None:
        raise errors.WarningState(state=warning.status)
    await _end(session, clock, who.subject, [warning], Status.MENDED, reason=given.reason)
    return (await _shown(session, [warning]))[0]


async def _end(
    session: AsyncSession,
    clock: Clock,
    who: str,
    warnings: Sequence[StationWarning],
    status: Status,
    **detail: str,
) -> None:
    if not warnings:
        return
    today = local_date(clock.now())
    stations = await locked(session, {row.station_id for row in warnings})
    for row in warnings:
        row.status, row.ended_on = status, today
        row.changed_at, row.version = clock.now(), row.version + 1
        await keep(session, clock, _subject(row), [])
    await session.flush()
    left = await repository.standing(session, stations.keys())
    details = {
        row.station_id: {"cause": row.cause, "warning": str(row.id)} | detail for row in warnings
    }
    changed = []
    for row in warnings:
        station = stations[row.station_id]
        after = _state_after(station, row, [each for each in left if each.station_id == station.id])
        if after != station.status and station not in changed:
            station.status = after
            changed.append(station)
    kind = "warning_lifted" if status == Status.MENDED else "warning_closed"
    await happened(session, clock, who, kind, today, details, stations, changed)


def _state_after(station: Station, ended: StationWarning, left: Sequence[StationWarning]) -> str:
    """Return what a station is after a warning ended; another's suspension stays."""
    if station.status == StationStatus.SUSPENDED and ended.suspended_on is None:
        return station.status
    if station.status not in (StationStatus.WARNED, StationStatus.SUSPENDED):
        return station.status
    return StationStatus.WARNED if left else StationStatus.ACTIVE


async def read(session: AsyncSession, clock: Clock, who: Principal, warning_id: UUID) -> WarningOut:
    """Return a warning to the unit of its station and to staff of the region."""
    warning = await repository.by_id(session, warning_id)
    if warning is None:
        raise errors.WarningNotFound
    try:
        await seen_by(session, clock, who, warning.station_id)
    except StationNotFound as error:
        raise errors.WarningNotFound from error
    return (await _shown(session, [warning]))[0]


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[WarningOut]:
    """List the warnings of the caller's region, or of the unit that an agent acts for."""
    if not who.roles.isdisjoint(_STAFF):
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    else:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    return Page(items=await _shown(session, rows), next_cursor=cursor)


async def _shown(session: AsyncSession, rows: Sequence[StationWarning]) -> list[WarningOut]:
    inside = await repository.inside(session, {row.station_id for row in rows})
    return [
        WarningOut(
            **row.model_dump(include=set(WarningOut.model_fields) - {"fellows_inside"}),
            fellows_inside=inside.get(row.station_id, 0),
        )
        for row in rows
    ]


def _subject(row: StationWarning) -> Subject:
    return Subject("evaluation", row.id, row.region, station_id=row.station_id, unit_id=row.unit_id)


def _due(row: StationWarning, today: date, terms: Mapping[str, Terms]) -> Due:
    due = row.mend_until
    return Due("mending", due, remind_on(due, today, terms[row.region]))


async def _terms(session: AsyncSession, regions: set[str], on: date) -> dict[str, Terms]:
    """Return the figures of regions; of one that nobody knows, so that it stops no other, all's."""
    found = {}
    for region in sorted(regions):
        try:
            found[region] = await terms_at(session, region, on)
        except RegionError:
            found[region] = await terms_at(session, NATION, on)
    return found
