"""Taking over stations: with the days on which things happened, and nothing told of as new."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData, StationClosed, StationUpdated
from talent_kit import audit
from talent_kit.bulk import insert_many
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.jobs import JobKind, Outcome
from talent_kit.jobs.kinds import Items, JobContext
from talent_kit.outbox import save_events
from talent_kit.regions import regions
from talent_kit.service import Service

from ..models.stations import Station, StationEntry
from ..stations.service import state
from ..stations.states import CLOSED, Kind, Status
from . import repository
from .rules import STATION_COLUMNS, STATION_REQUIRED, StationRow, read_station
from .service import STATIONS, Meant, Placed, Wrong, take_over


def station_kind(service: Service, meant: Meant) -> JobKind[Any]:
    """Return how the worker takes over stations."""

    async def prepare(_: JobContext, items: Sequence[Any]) -> list[tuple[int, Placed]]:
        return await meant.units(items)

    async def opened(
        session: AsyncSession, job: JobContext, items: Items[Placed]
    ) -> "StationRegister":
        parents = {placed.row.parent_number for _, placed in items} - {None}
        known = await repository.stations(session, parents)
        return StationRegister(session, service, job, known)

    async def apply(session: AsyncSession, job: JobContext, items: Items[Placed]) -> Outcome:
        return await take_over(session, service, "station", job, items, opened)

    return JobKind(
        STATIONS,
        columns=STATION_COLUMNS,
        required=STATION_REQUIRED,
        read=lambda cells: read_station(cells, local_date(service.clock.now())),
        prepare=prepare,
        apply=apply,
    )


class StationRegister:
    """The stations of a step; `known` are those to which rows refer, by their numbers."""

    def __init__(
        self, session: AsyncSession, service: Service, job: JobContext, known: dict[str, Station]
    ) -> None:
        self._session, self._service, self._job, self._known = session, service, job, known
        self._today = local_date(service.clock.now())
        self._made: list[tuple[StationRow, Station]] = []

    def fault(self, placed: Placed) -> Wrong | None:
        """Return what is wrong with a row."""
        row: StationRow = placed.row
        if not regions().exists(row.region, self._today):
            return "region", "unknown-region"
        if not regions().within(row.region, self._job.region, self._today):
            return "region", "outside-region"
        if row.parent_number is not None:
            parent = self._known.get(row.parent_number)
            if parent is None or parent.kind != Kind.WORKSTATION:
                return "parent_number", "parent-unknown"
        return None

    def begin(self, placed: Placed) -> UUID:
        """Note a station, to which rows after it may refer."""
        row: StationRow = placed.row
        parent = self._known[row.parent_number].id if row.parent_number is not None else None
        station = _station(self._service, row, placed.found, parent)
        self._known[row.number] = station
        self._made.append((row, station))
        return station.id

    async def save(self) -> Mapping[UUID, Wrong]:
        """Save the stations with their histories, and tell of them."""
        session, clock = self._session, self._service.clock
        stations = [station for _, station in self._made]
        session.add_all(stations)
        await session.flush()
        histories = [entry.model_dump() for made in self._made for entry in self._history(*made)]
        await insert_many(session, cast("Any", StationEntry).__table__, histories)
        await audit.record_many(
            session,
            clock,
            actor=self._job.made_by,
            action="station.imported",
            subjects=[(f"station:{each.id}", each.region) for each in stations],
            detail={"job": str(self._job.id)},
        )
        await save_events(session, clock, [_event(each) for each in stations])
        return {}

    def _history(self, row: StationRow, station: Station) -> list[StationEntry]:
        """Return what happened to it, on the days that the former register names."""
        past: list[tuple[str, date]] = [("recognised", row.approved_on)]
        if row.status != Status.ACTIVE:
            past.append((str(row.status), row.status_on or self._today))
        return [
            StationEntry(
                id=new_id(),
                station_id=station.id,
                kind=kind,
                effective_on=on,
                detail={"number": row.number, "job": str(self._job.id)},
                recorded_by=self._job.made_by,
                recorded_at=self._service.clock.now(),
            )
            for kind, on in (*past, ("imported", self._today))
        ]


def _station(service: Service, row: StationRow, unit_id: UUID, parent_id: UUID | None) -> Station:
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
        parent_id=parent_id,
        disciplines=list(row.disciplines),
        # The former register tells no more than the day, and what is paid depends on this.
        approval="unknown",
        approved_on=row.approved_on,
        created_at=service.clock.now(),
        changed_at=service.clock.now(),
        version=1,
    )


def _event(station: Station) -> EventData:
    """Return what subscribers learn: that it is there, not that it was recognised today."""
    return state(StationClosed if station.status in CLOSED else StationUpdated, station)
