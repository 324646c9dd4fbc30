"""Taking over fellows who are in a station: what was due before is not asked for any more."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.jobs import Fault, JobKind, Outcome
from talent_kit.jobs.kinds import JobContext
from talent_kit.regions import regions
from talent_kit.service import Service

from ..fellows import periods
from ..fellows.acts import Kind
from ..fellows.recording import Desk, Life, begin, terms_of
from ..fellows.service import new_fellow
from ..fellows.states import Entry, fold
from ..models.deadlines import Deadline
from ..models.imports import ImportedRow
from ..models.parties import Person
from ..models.stations import Station
from ..stations.states import CLOSED
from . import repository
from .rules import FELLOW_COLUMNS, FELLOW_REQUIRED, FellowRow, read_fellow
from .service import FELLOWS, Meant, Placed

_ROWS = 200


def fellow_kind(service: Service, meant: Meant) -> JobKind[Any]:
    """Return how the worker takes over fellows."""

    async def prepare(_: JobContext, items: Sequence[Any]) -> list[tuple[int, Placed]]:
        return await meant.doctors(items)

    async def apply(session: AsyncSession, job: JobContext, items: Sequence[Any]) -> Outcome:
        return await _take_over(session, service, job, items)

    return JobKind(
        FELLOWS,
        columns=FELLOW_COLUMNS,
        required=FELLOW_REQUIRED,
        read=lambda cells: read_fellow(cells, local_date(service.clock.now())),
        prepare=prepare,
        apply=apply,
        rows_per_step=_ROWS,
    )


async def _take_over(
    session: AsyncSession, service: Service, job: JobContext, items: Sequence[tuple[int, Placed]]
) -> Outcome:
    desk = Desk(session, service.clock, service.vault, job.made_by)
    known = await repository.known(session, "fellow", {placed.row.number for _, placed in items})
    stations = await repository.stations(
        session, {placed.row.station_number for _, placed in items}
    )
    talents = {placed.id for _, placed in items if placed.id is not None}
    persons = await repository.persons(session, talents)
    inside = await repository.in_stations(session, talents)
    faults: list[Fault] = []
    skipped = 0
    for number, placed in items:
        row: FellowRow = placed.row
        digest = service.keyring.blind_index("imported-row", row.said)
        before = known.get(row.number)
        if before is not None and before.checksum == digest:
            skipped += 1
            continue
        fault = _fault(placed, before, job, stations, persons, inside, desk.today)
        if fault is not None:
            faults.append(Fault(number, *fault))
            continue
        person = persons[placed.found]
        life = await _enter(desk, row, stations[row.station_number], person)
        known[row.number] = ImportedRow(
            kind="fellow",
            number=row.number,
            subject_id=life.fellow.id,
            checksum=digest,
            job_id=job.id,
        )
        session.add(known[row.number])
        inside.add(person.talent_id)
        await _meet_past(desk, life.fellow.id)
    await session.flush()
    return Outcome(skipped, faults)


def _fault(
    placed: Placed,
    before: ImportedRow | None,
    job: JobContext,
    stations: Mapping[str, Station],
    persons: Mapping[UUID, Person],
    inside: set[UUID],
    today: date,
) -> tuple[str, str] | None:
    row: FellowRow = placed.row
    if before is not None:
        return "number", "taken-over-otherwise"
    if placed.fault is not None:
        return placed.fault
    station = stations.get(row.station_number)
    if station is None or not regions().within(station.region, job.region, today):
        return "station_number", "station-unknown"
    if station.status in CLOSED:
        return "station_number", "station-closed"
    if row.entered_on < station.approved_on:
        return "entered_on", "before-approval"
    if placed.id not in persons:
        return "document_number", "talent-unknown"
    if placed.id in inside:
        return "document_number", "already-in-station"
    return None


async def _enter(desk: Desk, row: FellowRow, station: Station, person: Person) -> Life:
    """Begin a fellowship on the day on which it began, with what was passed since.

    Of a report whose last day is over the former register need say nothing: it counts as made.
    """
    detail: dict[str, Any] = {
        "discipline": row.discipline,
        "arrangement": row.arrangement,
        "doctorate": "held",
        "doctorate_on": row.doctorate_on.isoformat() if row.doctorate_on else None,
        "term_until": row.term_until.isoformat(),
        "number": row.number,
        "opened": bool(row.opened),
        "midterm": row.midterm,
    }
    over = await _over(desk, station, person, row.entered_on, detail)
    if "opening_report" in over:
        detail["opened"] = True
    if "midterm" in over:
        detail["midterm"] = "unknown"
    detail["assumed"] = sorted(over & {"opening_report", "midterm"})
    # Whether it is the first station, and was paid for, the former register does not say.
    fellow = new_fellow(desk, station, person, detail, "unknown")
    return await begin(desk, fellow, Kind.REGISTERED, row.entered_on, detail)


async def _over(
    desk: Desk, station: Station, person: Person, on: date, detail: dict[str, Any]
) -> set[str]:
    """Return what would be overdue today by what the row says."""
    entry = Entry(new_id(), 1, Kind.REGISTERED, on, detail)
    terms = await terms_of(desk, station.region, [entry])
    due = periods.due(fold([entry]), person.foreign, terms)
    return {kind for kind, until in due.items() if until < desk.today}


async def _meet_past(desk: Desk, fellow_id: UUID) -> None:
    """Count as met what fell due before the day of taking over: nobody is alarmed of it."""
    deadline = col(Deadline.due_on)
    await desk.session.execute(
        update(Deadline)
        .where(col(Deadline.subject_id) == fellow_id, deadline < desk.today)
        .values(met_on=desk.today, version=col(Deadline.version) + 1)
    )
