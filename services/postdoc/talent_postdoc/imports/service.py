"""Queueing a file, whom its rows mean, and taking them over: alike for every register."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.blobs import Arrived
from talent_kit.bulk import insert_many
from talent_kit.jobs import Fault, Outcome
from talent_kit.jobs import records as jobs
from talent_kit.jobs.kinds import Items, JobContext
from talent_kit.resolving import Asked, Identity
from talent_kit.service import Service

from ..models.imports import ImportedRow
from . import repository
from .rules import FellowRow, StationRow

STATIONS = "station-import"
FELLOWS = "fellow-import"


class Placed(NamedTuple):
    """A row, and whom it means; else the field at fault and why."""

    row: Any
    id: UUID | None
    fault: tuple[str, str] | None

    @property
    def found(self) -> UUID:
        """Return whom it means; raises ValueError where nobody knows."""
        if self.id is None:
            raise ValueError("meant nobody")
        return self.id


Wrong = tuple[str, str]
"""The field at fault, and why."""


class Register(Protocol):
    """What takes over a step; it has read what the rows of the step refer to."""

    def fault(self, placed: Placed) -> Wrong | None:
        """Return what is wrong with a row, by what is there and by the rows before it."""

    def begin(self, placed: Placed) -> UUID:
        """Note what a row is to become, and return its id."""

    async def save(self) -> Mapping[UUID, Wrong]:
        """Save everything that was noted; return what could not be saved after all."""


Opened = Callable[[AsyncSession, JobContext, Items[Placed]], Awaitable[Register]]


async def take_over(
    session: AsyncSession,
    service: Service,
    kind: str,
    job: JobContext,
    items: Items[Placed],
    opened: Opened,
) -> Outcome:
    """Take over the rows of a step: each once, those that say the same again are passed over."""
    known = await repository.known(session, kind, {placed.row.number for _, placed in items})
    register = await opened(session, job, items)
    faults: list[Fault] = []
    made: list[tuple[int, ImportedRow]] = []
    skipped = 0
    for number, placed in items:
        digest = service.keyring.blind_index("imported-row", placed.row.said)
        before = known.get(placed.row.number)
        if before is not None and before.checksum == digest:
            skipped += 1
            continue
        otherwise = None if before is None else ("number", "taken-over-otherwise")
        fault = otherwise or placed.fault or register.fault(placed)
        if fault is not None:
            faults.append(Fault(number, *fault))
            continue
        imported = ImportedRow(
            kind=kind,
            number=placed.row.number,
            subject_id=register.begin(placed),
            checksum=digest,
            job_id=job.id,
        )
        known[placed.row.number] = imported
        made.append((number, imported))
    refused = await register.save()
    faults += [Fault(n, *refused[row.subject_id]) for n, row in made if row.subject_id in refused]
    rows = [row.model_dump() for _, row in made if row.subject_id not in refused]
    await insert_many(session, cast("Any", ImportedRow).__table__, rows)
    return Outcome(skipped, faults)


async def queue(
    session: AsyncSession, service: Service, who: Principal, kind: str, file: Arrived
) -> UUID:
    """Queue a file for the worker; return the job's id."""
    await service.blobs.keep(session, file)
    region = who.region or ""
    job_id = await jobs.queue(
        session, service.clock, kind=kind, region=region, made_by=who.subject, file=file
    )
    await audit.record(
        session,
        service.clock,
        actor=who.subject,
        action=f"{kind}.queued",
        subject=f"job:{job_id}",
        region=region,
        detail={"sha256": file.checksum.hex()},
    )
    return job_id


@dataclass(frozen=True)
class Meant:
    """Asks identity whom numbers mean; without it, a row must bear identity's own ids."""

    identity: Identity | None

    async def units(self, rows: Sequence[tuple[int, StationRow]]) -> list[tuple[int, Placed]]:
        """Return stations with the employers that their credit codes mean."""
        asked = [Asked(None, None, None, row.credit_code) for _, row in rows]
        given = [row.unit_id for _, row in rows]
        found = await self._ask(asked, given, "employer_id", "credit_code")
        return self._placed(rows, found)

    async def doctors(self, rows: Sequence[tuple[int, FellowRow]]) -> list[tuple[int, Placed]]:
        """Return fellows with the talents that their documents mean."""
        asked = [
            Asked(row.document_kind or "resident_id", row.document_number, row.issued_by, None)
            for _, row in rows
        ]
        given = [row.talent_id for _, row in rows]
        found = await self._ask(asked, given, "talent_id", "document_number")
        return self._placed(rows, found)

    async def _ask(
        self,
        asked: Sequence[Asked],
        given: Sequence[UUID | None],
        named: str,
        field: str,
    ) -> list[tuple[UUID | None, tuple[str, str] | None]]:
        unknown = [place for place, known in enumerate(given) if known is None]
        if self.identity is None:
            return [(each, None if each else (field, "identity-not-asked")) for each in given]
        answers = (
            await self.identity.resolve([asked[place] for place in unknown]) if unknown else []
        )
        by_place = dict(zip(unknown, answers, strict=True))
        found: list[tuple[UUID | None, tuple[str, str] | None]] = []
        for place, known in enumerate(given):
            if known is not None:
                found.append((known, None))
                continue
            answer = by_place[place]
            meant = getattr(answer, named)
            fault = (answer.field or field, answer.problem or "not-found")
            found.append((meant, None if meant else fault))
        return found

    @staticmethod
    def _placed(
        rows: Sequence[tuple[int, Any]],
        found: Sequence[tuple[UUID | None, tuple[str, str] | None]],
    ) -> list[tuple[int, Placed]]:
        return [
            (number, Placed(row, *whose)) for (number, row), whose in zip(rows, found, strict=True)
        ]
