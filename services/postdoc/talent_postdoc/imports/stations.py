"""Taking over stations: with the days on which things happened, and nothing told of as new."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData, StationClosed, StationUpdated
from talent_kit import audit
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.jobs import Fault, JobKind, Outcome
from talent_kit.jobs.kinds import JobContext
from talent_kit.outbox import save_events
from talent_kit.regions import regions
from talent_kit.service import Service

from ..models.imports import ImportedRow
from ..models.stations import Station, StationEntry
from ..stations.service import state
from ..stations.states import CLOSED, Kind, Status
from . import repository
from .rules import STATION_COLUMNS, STATION_REQUIRED, StationRow, read_station
from .service import STATIONS, Meant, Placed


def station_kind(service: Service, meant: Meant) -> JobKind[Any]:
    """Return how the worker takes over stations."""

    async def prepare(_: JobContext, items: Sequence[Any]) -> list[tuple[int, Placed]]:
        return await meant.units(items)

    async def apply(session: AsyncSession, job: JobContext, items: Sequence[Any]) -> Outcome:
        return await _take_over(session, service, job, items)

    return JobKind(
        STATIONS,
        columns=STATION_COLUMNS,
        required=STATION_REQUIRED,
        read=lambda cells: read_station(cells, local_date(service.clock.now())),
        prepare=prepare,
        apply=apply,
    )


async def _take_over(
    session: AsyncSession, service: Service, job: JobContext, items: Sequence[tuple[int, Placed]]
) -> Outcome:
    today = local_date(service.clock.now())
    numbers = {placed.row.number for _, placed in items}
    known = await repository.known(session, "station", numbers)
    parents = {placed.row.parent_number for _, placed in items} - {None}
    stations = await repository.stations(session, numbers | parents)
    faults: list[Fault] = []
    made: list[Station] = []
    skipped = 0
    for number, placed in items:
        row: StationRow = placed.row
        digest = service.keyring.blind_index("imported-row", row.said)
        before = known.get(row.number)
        if before is not None and before.checksum == digest:
            skipped += 1
            continue
        fault = _fault(placed, before, job, stations, today)
        if fault is not None:
            faults.append(Fault(number, *fault))
            continue
        station = _station(service, row, placed.found, stations)
        imported = ImportedRow(
            kind="station",
            number=row.number,
            subject_id=station.id,
            checksum=digest,
            job_id=job.id,
        )
        stations[row.number], known[row.number] = station, imported
        made.append(station)
        session.add(station)
        await session.flush()
        session.add_all([imported, *_history(service, job, row, station, today)])
    await session.flush()
    await audit.record_many(
        session,
        service.clock,
        actor=job.made_by,
        action="station.imported",
        subjects=[(f"station:{each.id}", each.region) for each in made],
        detail={"job": str(job.id)},
    )
    await save_events(session, service.clock, [_event(each) for each in made])
    return Outcome(skipped, faults)


def _fault(
    placed: Placed,
    before: ImportedRow | None,
    job: JobContext,
    stations: dict[str, Station],
    today: date,
) -> tuple[str, str] | None:
    row: StationRow = placed.row
    if before is not None:
        return "number", "taken-over-otherwise"
    if placed.fault is not None:
        return placed.fault
    if not regions().exists(row.region, today):
        return "region", "unknown-region"
    if not regions().within(row.region, job.region, today):
        return "region", "outside-region"
    if row.parent_number is not None:
        parent = stations.get(row.parent_number)
        if parent is None or parent.kind != Kind.WORKSTATION:
            return "parent_number", "parent-unknown"
    return None


def _station(
    service: Service, row: StationRow, unit_id: UUID, stations: dict[str, Station]
) -> Station:
    parent = stations[row.parent_number].id if row.parent_number is not None else None
    return Station(
        id=new_id(),
        kind=row.kind,
        level=row.level,
        status=row.status,
        name_zh=row.name_zh,
        name_en=row.name_en,
        unit_id=unit_id,
        unit_zh=row.unit_zh,
        unit_en=row.unit_en,
        region=row.region,
        parent_id=parent,
        disciplines=list(row.disciplines),
        # The former register tells no more than the day, and what is paid depends on this.
        approval="unknown",
        approved_on=row.approved_on,
        created_at=service.clock.now(),
        changed_at=service.clock.now(),
        version=1,
    )


def _history(
    service: Service, job: JobContext, row: StationRow, station: Station, today: date
) -> list[StationEntry]:
    """Return what happened to it, on the days that the former register names."""
    past = [("recognised", row.approved_on)]
    if row.status != Status.ACTIVE:
        past.append((str(row.status), row.status_on or today))
    return [
        StationEntry(
            id=new_id(),
            station_id=station.id,
            kind=kind,
            effective_on=on,
            detail={"number": row.number, "job": str(job.id)},
            recorded_by=job.made_by,
            recorded_at=service.clock.now(),
        )
        for kind, on in (*past, ("imported", today))
    ]


def _event(station: Station) -> EventData:
    """Return what subscribers learn: that it is there, not that it was recognised today."""
    return state(StationClosed if station.status in CLOSED else StationUpdated, station)
