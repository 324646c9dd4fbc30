"""Doing the rows of a file: whom they mean, what may be said of them, what is new."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmploymentConfirmed
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.blobs import Arrived
from talent_kit.clock import Clock, local_date
from talent_kit.jobs import Fault, JobKind, Outcome
from talent_kit.jobs import records as jobs
from talent_kit.jobs.kinds import JobContext
from talent_kit.regions import regions
from talent_kit.resolving import Asked, Identity, Known
from talent_kit.service import Service

from ..callers import owners_of
from ..facts import repository as facts
from ..facts.errors import SourceUnknown
from ..facts.known import KnownFact, Stated
from ..facts.service import Said, Statement, save_statements
from ..facts.stored import parsed
from ..facts.vocabulary import MATTERS, SubjectKind, catalogue, definitions
from ..settings import PolicySettings
from .rules import FactsRow, columns, read_row, stands

KIND = "fact-import"
_PATIENCE = 10.0
"""Seconds to wait for whom identity knows and this service does not, once its events are read."""
_POLL = 0.2
_ASK_BUS = 2.0
"""Seconds between two looks at what still waits on the bus, which cost a connection each."""


class Placed(NamedTuple):
    """A row, and whom identity says it means."""

    row: FactsRow
    known: Known


class Whose(NamedTuple):
    """A subject as its facts need it."""

    kind: SubjectKind
    id: UUID
    talent_id: UUID | None
    employer_id: UUID | None
    region: str

    @property
    def parties(self) -> set[tuple[str, UUID | None]]:
        return {("person", self.talent_id), ("organisation", self.employer_id)}


Subjects = dict[tuple[SubjectKind, UUID], Whose]


def source_of(settings: PolicySettings, who: Principal) -> str:
    """Return the source for which a client speaks; raises SourceUnknown."""
    source = settings.authority_clients.get(who.subject)
    if source is None or source not in catalogue().sources:
        raise SourceUnknown
    return source


async def queue(
    session: AsyncSession, service: Service, who: Principal, source: str, file: Arrived
) -> UUID:
    """Queue a file for the worker; return the job's id."""
    await service.blobs.keep(session, file)
    region = who.region or ""
    job_id = await jobs.queue(
        session,
        service.clock,
        kind=KIND,
        region=region,
        made_by=who.subject,
        file=file,
        params={"source": source},
    )
    await audit.record(
        session,
        service.clock,
        actor=who.subject,
        action="facts.import",
        subject=f"job:{job_id}",
        region=region,
        detail={"source": source, "sha256": file.checksum.hex()},
    )
    return job_id


@dataclass(frozen=True)
class FactImports:
    """What the worker does with a file of facts."""

    service: Service
    identity: Identity

    def kind(self) -> JobKind[Any]:
        """Return the kind of job."""
        return JobKind(
            name=KIND,
            columns=columns(),
            required=(),
            read=lambda cells: read_row(cells, local_date(self.service.clock.now())),
            prepare=self.prepare,
            apply=self.apply,
        )

    async def prepare(
        self, _: JobContext, items: Sequence[tuple[int, FactsRow]]
    ) -> list[tuple[int, Placed]]:
        """Ask identity whom the rows mean, and wait until this service knows them too."""
        asked = [
            Asked(row.document_kind, row.document_number, row.issued_by, row.credit_code)
            for _, row in items
        ]
        wanted = [index for index, item in enumerate(asked) if item.number or item.credit_code]
        answers = await self.identity.resolve([asked[index] for index in wanted]) if wanted else []
        nobody = Known(None, None, None, None, None)
        by_index = dict(zip(wanted, answers, strict=True))
        placed = [
            (number, Placed(row, by_index.get(index, nobody)))
            for index, (number, row) in enumerate(items)
        ]
        await self._arrived([each for _, each in placed])
        return placed

    async def _arrived(self, placed: Sequence[Placed]) -> None:
        """Wait for identity's events about those it has just named.

        As long as any wait on the bus, or nobody can say: a list must not be refused because it
        came right after the one that made its people. Then a while more, for what identity sends.
        """
        named = {key for each in placed for key, _ in _parts(each) if key[0] in _FIELD and key[1]}
        deadline, ask = time.monotonic() + _PATIENCE, 0.0
        while time.monotonic() < deadline:
            async with self.service.database.transaction() as session:
                if named <= (await _subjects(session, placed)).keys():
                    return
            if time.monotonic() >= ask:
                if await self._behind():
                    deadline = time.monotonic() + _PATIENCE
                ask = time.monotonic() + _ASK_BUS
            await asyncio.sleep(_POLL)

    async def _behind(self) -> bool:
        """Tell whether this service has events of identity still to read."""
        bus, group = self.service.bus, self.service.name
        try:
            return any((await bus.lag(group, [EmploymentConfirmed.topic()])).values())
        except OSError:
            return True

    async def apply(
        self, session: AsyncSession, job: JobContext, items: Sequence[tuple[int, Placed]]
    ) -> Outcome:
        """Save what is new in the rows; a row of which one fact is refused is left whole."""
        clock, source = self.service.clock, str(job.params["source"])
        found = await _subjects(session, [placed for _, placed in items])
        names = {name for _, placed in items for name in placed.row.facts}
        said = await self._said(session, {whose.id for whose in found.values()}, names)
        statements: list[Statement] = []
        further = await facts.further_regions(session, [whose.id for whose in found.values()])
        day = local_date(clock.now())
        overseen = {
            key
            for key, whose in found.items()
            if any(
                regions().within(region, job.region, day)
                for region in (whose.region, *further[whose.id])
            )
        }
        owned = await owners_of(session, job.made_by)
        faults: list[Fault] = []
        skipped = 0
        for number, placed in items:
            wrong = list(_wrong(placed, found, overseen, owned, source))
            if wrong:
                faults += [Fault(number, *fault) for fault in wrong]
                continue
            new = [
                Statement((whose.kind, whose.id, whose.talent_id), source, changed, verified=True)
                for key, names in _meant(placed, found)
                for whose in [found[key]]
                if (changed := _changed(placed.row, names, said[whose.id], source, clock))
            ]
            skipped += not new
            statements += new
        await save_statements(session, self.service.vault, clock, statements)
        return Outcome(skipped=skipped, faults=faults)

    async def _said(
        self, session: AsyncSession, subjects: Collection[UUID], names: Collection[str]
    ) -> defaultdict[UUID, dict[str, list[Stated]]]:
        """Return what was said of subjects so far, by whomever and of whichever days, by name."""
        rows = await facts.words_of(session, subjects, names)
        owners = {row.talent_id for row in rows if row.talent_id is not None}
        keys = await self.service.vault.data_keys(session, list(owners))
        said: defaultdict[UUID, dict[str, list[Stated]]] = defaultdict(dict)
        for row in rows:
            key = keys.get(row.talent_id) if row.talent_id is not None else None
            if row.sealed is not None and key is None:
                continue
            value = parsed(row, key)
            if value is not None:
                fact = KnownFact(value, row.source, row.verified, row.observed_at)
                word = Stated(fact, row.valid_from, row.valid_until)
                said[row.subject_id].setdefault(row.name, []).append(word)
        return said


Key = tuple[SubjectKind, Any]


def _parts(placed: Placed) -> Iterator[tuple[Key, list[str]]]:
    """Yield each subject of a row with the names of its facts; the id is None if unknown."""
    names: dict[SubjectKind, list[str]] = {}
    for name in placed.row.facts:
        owner = definitions()[name].owner
        if owner is not None:  # the platform's own facts are no columns
            names.setdefault(owner, []).append(name)
    ids = {
        SubjectKind.PERSON: (placed.known.talent_id,),
        SubjectKind.ORGANISATION: (placed.known.employer_id,),
        SubjectKind.EMPLOYMENT: placed.known.employments,
    }
    for kind, those in names.items():
        for identifier in ids.get(kind, (placed.row.subject_id,)):
            yield (kind, identifier), those


def _meant(placed: Placed, found: Subjects) -> Iterator[tuple[Key, list[str]]]:
    """Yield the same without the employments that are not known, where others of them are.

    Such as one that was rejected meanwhile: the word on the others must not be lost with it.
    """
    jobs = {(SubjectKind.EMPLOYMENT, one) for one in placed.known.employments}
    some = not jobs.isdisjoint(found)
    for key, names in _parts(placed):
        if key in found or key not in jobs or not some:
            yield key, names


def _wrong(
    placed: Placed,
    found: Subjects,
    overseen: Collection[Key],
    owned: Collection[tuple[str, UUID]],
    source: str,
) -> Iterator[tuple[str, str]]:
    """Yield what stands against a row: the field and a stable code."""
    if placed.known.problem is not None:
        yield placed.known.field or "", placed.known.problem
        return
    for key, names in _meant(placed, found):
        whose = found.get(key)
        if whose is None:
            yield _FIELD.get(key[0], "subject_id"), "subject-unknown"
        elif key not in overseen:
            yield _FIELD.get(key[0], "subject_id"), "outside-region"
        elif not whose.parties.isdisjoint(owned):
            yield _FIELD.get(key[0], "subject_id"), "own-subject"
        for name in names:
            if source not in definitions()[name].verified_by:
                yield name, "source-may-not-verify"


_FIELD = {
    SubjectKind.PERSON: "document_number",
    SubjectKind.ORGANISATION: "credit_code",
    SubjectKind.EMPLOYMENT: "credit_code",
}


def _changed(
    row: FactsRow,
    names: Sequence[str],
    before: Mapping[str, Sequence[Stated]],
    source: str,
    clock: Clock,
) -> list[Said]:
    return [
        Said(name, row.facts[name], clock.now())
        for name in names
        if not stands(row.facts[name], before.get(name, ()), source)
    ]


async def _subjects(session: AsyncSession, placed: Sequence[Placed]) -> Subjects:
    """Return the subjects of rows that are known here, in a query for each sort."""
    ids: dict[SubjectKind, set[UUID]] = {}
    for each in placed:
        for (kind, identifier), _ in _parts(each):
            if identifier is not None:
                ids.setdefault(kind, set()).add(identifier)
    matters = {identifier for kind in MATTERS for identifier in ids.get(kind, ())}
    found = [
        *(
            Whose(SubjectKind.PERSON, talent_id, talent_id, None, region)
            for talent_id, region in await facts.persons(session, ids.get(SubjectKind.PERSON, ()))
        ),
        *(
            Whose(SubjectKind.ORGANISATION, employer_id, None, employer_id, region)
            for employer_id, region in await facts.organisations(
                session, ids.get(SubjectKind.ORGANISATION, ())
            )
        ),
        *(
            Whose(SubjectKind.EMPLOYMENT, job, talent_id, employer_id, region)
            for job, talent_id, employer_id, region, _ in await facts.employments(
                session, ids.get(SubjectKind.EMPLOYMENT, ())
            )
        ),
        *(
            Whose(
                SubjectKind(matter.kind),
                matter.id,
                matter.talent_id,
                matter.employer_id,
                matter.region,
            )
            for matter, _ in await facts.matters(session, matters)
        ),
    ]
    return {(whose.kind, whose.id): whose for whose in found}
