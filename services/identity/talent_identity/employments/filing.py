"""Putting many employments on file by an authority's list."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmploymentConfirmed, EmploymentDeclared
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events
from talent_kit.problems import Problem

from ..employers import repository as employer_repository
from ..employers.errors import EmployerNotFound
from ..filing import Filed, Outcome
from ..parts import IdentityService
from ..talents import repository as talent_repository
from ..talents.errors import TalentNotFound
from . import repository
from .schemas import EmploymentCreate
from .states import Status, Word


class EmploymentRow(NamedTuple):
    """One employment of a list: whose, and what a declaration says."""

    talent_id: UUID
    body: EmploymentCreate

    @property
    def key(self) -> repository.NaturalKey:
        return self.talent_id, self.body.employer_id, self.body.contract_from


async def file_many(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    rows: Sequence[EmploymentRow],
    status: Literal[Status.DECLARED, Status.CONFIRMED],
) -> list[Filed]:
    """File employments in a handful of statements; return each row's outcome, in order.

    `status` says for whom the list speaks: confirmed where it stands for the employer's word. One
    with the same talent, employer and first day is known and stays as it is.
    """
    regions = await employer_repository.regions(session, {row.body.employer_id for row in rows})
    talents = await _talents(session, rows)
    problems = [_problem(row, talents, regions) for row in rows]
    first: dict[repository.NaturalKey, EmploymentRow] = {}
    for row, problem in zip(rows, problems, strict=True):
        if problem is None:
            first.setdefault(row.key, row)
    made = {
        key: _columns(parts, who, row, regions[row.body.employer_id], status)
        for key, row in first.items()
    }
    kept = await repository.file(session, [made[key] for key in sorted(made)])
    filed = {key: row for key, row in made.items() if row["id"] in kept}
    event = EmploymentConfirmed if status is Status.CONFIRMED else EmploymentDeclared
    events = [event.model_validate(row | {"employment_id": row["id"]}) for row in filed.values()]
    await save_events(session, parts.clock, events)
    await audit.record_many(
        session,
        parts.clock,
        actor=who.subject,
        action="employment.filed",
        subjects=[(f"employment:{row['id']}", row["region"]) for row in filed.values()],
        detail={"status": status},
    )
    identifiers = {key: row["id"] for key, row in filed.items()}
    known = [key for key in first if key not in identifiers]
    every = identifiers | await repository.ids_by_natural_key(session, known)
    return [
        Filed.refused(problem)
        if problem is not None
        else Filed(Outcome.FILED, identifiers[row.key])
        if row.key in identifiers and first[row.key] is row
        else Filed(Outcome.KNOWN, every[row.key])
        for row, problem in zip(rows, problems, strict=True)
    ]


def _columns(
    parts: IdentityService, who: Principal, row: EmploymentRow, region: str, status: Status
) -> dict[str, Any]:
    now = parts.clock.now()
    return {
        "id": new_id(),
        "talent_id": row.talent_id,
        "region": region,
        "status": status,
        "declared_by": Word.OFFICE if status is Status.CONFIRMED else Word.EMPLOYER,
        "filed_by": who.subject,
        **row.body.model_dump(),
        "rejection": None,
        "ended_on": None,
        "declared_at": now,
        "changed_at": now,
        "version": 1,
    }


def _problem(
    row: EmploymentRow, talents: Collection[UUID], regions: Mapping[UUID, str]
) -> Problem | None:
    if row.talent_id not in talents:
        return TalentNotFound(field="talent_id")
    if row.body.employer_id not in regions:
        return EmployerNotFound(field="body.employer_id")
    return None


async def _talents(session: AsyncSession, rows: Sequence[EmploymentRow]) -> set[UUID]:
    return await talent_repository.known(session, list({row.talent_id for row in rows}))
