"""Filing the rows of a step: talents, employers and employments, each in a few statements."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.clock import local_date
from talent_kit.jobs import Fault, JobKind, Outcome
from talent_kit.jobs.kinds import JobContext
from talent_kit.problems import Problem
from talent_kit.regions import regions

from ..employers import filing as employers
from ..employers import repository as employer_repository
from ..employers.repository import Place
from ..employments import filing as employments
from ..employments.filing import EmploymentRow
from ..employments.states import Status
from ..filing import Filed
from ..filing import Outcome as RowOutcome
from ..parts import IdentityService
from ..talents import filing as talents
from ..talents import repository as talent_repository
from .columns import COLUMNS, REQUIRED
from .reading import FilingRow, column_of, read_row
from .service import KIND


class Item(NamedTuple):
    """A row, and what is to be filed of its talent if the sender may."""

    row: FilingRow
    talent: talents.Read


Items = Sequence[tuple[int, Item]]
Refusal = Callable[[FilingRow, Place | None], tuple[str, str] | None]


def filing_kind(parts: IdentityService) -> JobKind[Item]:
    """Return how the worker does filing lists."""

    def read(cells: Mapping[str, str]) -> Item:
        row = read_row(cells)
        return Item(row, talents.read(parts, row.talent))

    async def apply(session: AsyncSession, job: JobContext, items: Items) -> Outcome:
        return await _Step(session, parts, _sender(job)).file(items)

    return JobKind(KIND, columns=COLUMNS, required=REQUIRED, read=read, apply=apply)


def _sender(job: JobContext) -> Principal:
    """Return who files: an office for its region, or an agent for whom the agents' table speaks."""
    office: str | None = job.params["office"]
    role = Role.EMPLOYER if office is None else Role.REVIEWER
    return Principal(job.made_by, frozenset({role}), region=office, employer=None)


class _Step:
    """One step of one list."""

    def __init__(self, session: AsyncSession, parts: IdentityService, who: Principal) -> None:
        self.session = session
        self.parts = parts
        self.who = who
        self.today = local_date(parts.clock.now())
        self.acted_for: set[UUID] = set()
        # Of the few regions in a list; each row names two.
        self._exists = lru_cache(lambda region: regions().exists(region, self.today))
        self._oversees = lru_cache(lambda region: who.oversees(region, parts.clock))

    async def file(self, items: Items) -> Outcome:
        """File what the sender may file; a row is filed whole or not at all."""
        faults: list[Fault] = []
        known = await employer_repository.places(
            self.session, {item.row.credit_code for _, item in items}
        )
        items = await self._allowed(items, known, faults)
        people = await talents.file_many(
            self.session, self.parts, self.who, [item.talent for _, item in items]
        )
        own = await talent_repository.by_login(self.session, self.who.subject)
        kept: list[tuple[int, FilingRow, Filed, UUID]] = []
        for (number, (row, _)), person in zip(items, people, strict=True):
            if person.id is None:
                faults.append(_fault(number, person.problem))
            elif own is not None and person.id == own.id:
                faults.append(Fault(number, "document_number", "own-employment"))
            else:
                kept.append((number, row, person, person.id))
        found, new = await self._employers([row for _, row, *_ in kept], known)
        jobs = await employments.file_many(
            self.session,
            self.parts,
            self.who,
            [
                EmploymentRow(
                    talent_id,
                    found[row.credit_code],
                    row.terms,
                    self._status(person, found[row.credit_code]),
                )
                for _, row, person, talent_id in kept
            ],
        )
        skipped = 0
        for (number, row, person, _), job in zip(kept, jobs, strict=True):
            if job.id is None:
                faults.append(_fault(number, job.problem))
            elif {person.outcome, job.outcome} == {RowOutcome.KNOWN}:
                skipped += row.credit_code not in new
        return Outcome(skipped, faults)

    def _status(self, person: Filed, employer_id: UUID) -> Status:
        """Return how far the sender's word goes: an office's for people whom it may know.

        A reviewer who acts for the employer speaks for the employer.
        """
        office = self.who.region is not None and employer_id not in self.acted_for
        return Status.CONFIRMED if office and not person.waits else Status.DECLARED

    async def _allowed(
        self, items: Items, known: Mapping[str, Place], faults: list[Fault]
    ) -> Items:
        """Return the rows whose employer and regions are the sender's to file for."""
        acting = await employer_repository.of_login(self.session, self.who.subject, self.today)
        self.acted_for = {employer.id for employer in acting}
        refusal: Refusal = self._outside if self.who.region else self._not_acted_for
        allowed = []
        for number, item in items:
            fault = refusal(item.row, known.get(item.row.credit_code))
            if fault is None:
                allowed.append((number, item))
            else:
                faults.append(Fault(number, *fault))
        return allowed

    def _not_acted_for(self, _: FilingRow, employer: Place | None) -> tuple[str, str] | None:
        """Tell whether an agent does not act for a row's employer today."""
        if employer is not None and employer.id in self.acted_for:
            return None
        return "credit_code", "employer-not-found"

    def _outside(self, row: FilingRow, employer: Place | None) -> tuple[str, str] | None:
        """Tell what lies outside an office's region, or what a new employer lacks."""
        if not self._exists(row.talent.region):
            return "region", "unknown-region"
        if not self._oversees(row.talent.region):
            return "region", "outside-region"
        if employer is not None:
            return None if self._oversees(employer.region) else ("credit_code", "outside-region")
        if row.employer is None:
            return "credit_code", "employer-unknown"
        if not self._exists(row.employer.region):
            return "employer_region", "unknown-region"
        return (
            None if self._oversees(row.employer.region) else ("employer_region", "outside-region")
        )

    async def _employers(
        self, rows: Sequence[FilingRow], known: Mapping[str, Place]
    ) -> tuple[dict[str, UUID], set[str]]:
        """Return each employer by its credit code, and which of them are filed only now."""
        described = {
            row.credit_code: row.employer
            for row in reversed(rows)
            if row.employer is not None and row.credit_code not in known
        }
        new = [described[code] for code in sorted(described)]
        filed = await employers.file_many(self.session, self.parts.clock, self.who, new)
        found = {code: employer.id for code, employer in known.items()}
        made = {body.credit_code: row.id for body, row in zip(new, filed, strict=True) if row.id}
        return found | made, set(made)


def _fault(row: int, problem: Problem | None) -> Fault:
    if problem is None:
        return Fault(row, "", "refused")
    return Fault(row, column_of(problem.field or ""), problem.code)
