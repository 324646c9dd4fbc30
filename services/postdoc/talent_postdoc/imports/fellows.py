"""Taking over fellows, also who is gone: what was due before is not asked for any more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.jobs import JobKind, Outcome
from talent_kit.jobs.kinds import Items, JobContext
from talent_kit.regions import regions
from talent_kit.service import Service

from ..fellows import periods, taking_over
from ..fellows.acts import Kind
from ..fellows.recording import Desk
from ..fellows.states import Entry, fold
from ..fellows.taking_over import Begun
from ..models.parties import Person
from ..models.stations import Station
from ..stations.states import CLOSED
from ..terms.rules import Terms
from ..terms.service import TermBook
from . import repository
from .rules import FELLOW_COLUMNS, FELLOW_REQUIRED, FellowRow, read_fellow
from .service import FELLOWS, Meant, Placed, Wrong, take_over

_INSIDE: Wrong = ("document_number", "already-in-station")


def fellow_kind(service: Service, meant: Meant) -> JobKind[Any]:
    """Return how the worker takes over fellows."""

    async def prepare(_: JobContext, items: Sequence[Any]) -> list[tuple[int, Placed]]:
        return await meant.doctors(items)

    async def opened(
        session: AsyncSession, job: JobContext, items: Items[Placed]
    ) -> "FellowRegister":
        desk = Desk(session, service.clock, service.vault, job.made_by)
        return await FellowRegister.opened(desk, job, [placed for _, placed in items])

    async def apply(session: AsyncSession, job: JobContext, items: Items[Placed]) -> Outcome:
        return await take_over(session, service, "fellow", job, items, opened)

    return JobKind(
        FELLOWS,
        columns=FELLOW_COLUMNS,
        required=FELLOW_REQUIRED,
        read=lambda cells: read_fellow(cells, local_date(service.clock.now())),
        prepare=prepare,
        apply=apply,
    )


class FellowRegister:
    """The fellows of a step."""

    def __init__(
        self,
        desk: Desk,
        job: JobContext,
        stations: Mapping[str, Station],
        persons: Mapping[UUID, Person],
        inside: set[UUID],
        terms: Mapping[str, Terms],
        book: TermBook,
    ) -> None:
        self._desk, self._job = desk, job
        self._stations, self._persons, self._inside = stations, persons, inside
        self._terms, self._book = terms, book
        self._begun: list[Begun] = []

    @classmethod
    async def opened(cls, desk: Desk, job: JobContext, given: Sequence[Placed]) -> "FellowRegister":
        """Read stations, talents and figures that rows refer to."""
        session, book = desk.session, TermBook(desk.session)
        stations = await repository.stations(session, {each.row.station_number for each in given})
        talents = {each.id for each in given if each.id is not None}
        terms = {
            each.row.number: await book.at(station.region, each.row.entered_on)
            for each in given
            if (station := stations.get(each.row.station_number)) is not None
        }
        persons = await repository.persons(session, talents)
        inside = await repository.in_stations(session, talents)
        return cls(desk, job, stations, persons, inside, terms, book)

    def fault(self, placed: Placed) -> Wrong | None:
        """Return what is wrong with a row."""
        row: FellowRow = placed.row
        station = self._stations.get(row.station_number)
        if station is None or not regions().within(
            station.region, self._job.region, self._desk.today
        ):
            return "station_number", "station-unknown"
        if station.status in CLOSED and row.ended is None:
            return "station_number", "station-closed"
        if row.entered_on < station.approved_on:
            return "entered_on", "before-approval"
        if placed.id not in self._persons:
            return "document_number", "talent-unknown"
        if row.ended is None and placed.id in self._inside:
            return _INSIDE
        return None

    def begin(self, placed: Placed) -> UUID:
        """Begin a fellowship on the day on which it began, with what was passed since.

        Of a report whose last day is over the former register need say nothing: it counts as made.
        """
        row: FellowRow = placed.row
        station, person = self._stations[row.station_number], self._persons[placed.found]
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
        over = self._over(row, person, detail)
        if "opening_report" in over:
            detail["opened"] = True
        if "midterm" in over:
            detail["midterm"] = "unknown"
        detail["assumed"] = sorted(over & {"opening_report", "midterm"})
        if row.ended is None:
            self._inside.add(person.talent_id)
        else:
            detail |= {"ended": row.ended, "ended_on": str(row.ended_on)}
        begun = taking_over.begun(self._desk, station, person, row.entered_on, detail)
        self._begun.append(begun)
        return begun.life.fellow.id

    def _over(self, row: FellowRow, person: Person, detail: dict[str, Any]) -> set[str]:
        """Return what would be overdue today by what the row says."""
        if row.ended is not None:
            return set()
        state = fold([Entry(new_id(), 1, Kind.REGISTERED, row.entered_on, detail)])
        due = periods.due(state, person.foreign, self._terms[row.number])
        return {kind for kind, until in due.items() if until < self._desk.today}

    async def save(self) -> Mapping[UUID, Wrong]:
        """Save the fellowships; of whom a station took in meanwhile it is told."""
        saved = await taking_over.save(self._desk, self._book, self._begun, self._job.id)
        ids = {each.life.fellow.id for each in self._begun}
        return dict.fromkeys(ids - saved, _INSIDE)
