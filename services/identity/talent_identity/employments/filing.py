"""Putting many employments on file by an authority's list."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmploymentConfirmed, EmploymentDeclared, EmploymentState
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
from .schemas import Terms
from .states import Status, Word

_EVENTS: Mapping[type[EmploymentState], Status] = {
    EmploymentConfirmed: Status.CONFIRMED,
    EmploymentDeclared: Status.DECLARED,
}


class EmploymentRow(NamedTuple):
    """One employment of a list: whose, with whom, and what the contract says."""

    talent_id: UUID
    employer_id: UUID
    terms: Terms
    status: Status
    """Confirmed on an office's word, declared on an employer's, which awaits the talent."""

    @property
    def key(self) -> repository.NaturalKey:
        return self.talent_id, self.employer_id, self.terms.contract_from


async def file_many(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    rows: Sequence[EmploymentRow],
) -> list[Filed]:
    """File employments in a handful of statements; return each row's outcome, in order.

    One with the same talent, employer and first day is known and stays as it is, but for what an
    employer declared: an office's row confirms it as the row says.
    """
    regions = await employer_repository.regions(session, {row.employer_id for row in rows})
    talents = await _talents(session, rows)
    problems = [_problem(row, talents, regions) for row in rows]
    first: dict[repository.NaturalKey, EmploymentRow] = {}
    for row, problem in zip(rows, problems, strict=True):
        if problem is None:
            first.setdefault(row.key, row)
    made = {key: _columns(row, regions[row.employer_id]) for key, row in first.items()}
    now = parts.clock.now()
    same = _NEW | {"filed_by": who.subject, "declared_at": now, "changed_at": now}
    kept = await repository.file(session, [made[key] for key in sorted(made)], same)
    filed = {key: same | row for key, row in made.items() if row["id"] in kept}
    known = {key: row for key, row in first.items() if key not in filed}
    filed |= await _confirmed(session, parts, who, known)
    await _tell(session, parts, who, list(filed.values()))
    identifiers = {key: row["id"] for key, row in filed.items()}
    every = identifiers | await repository.ids_by_natural_key(
        session, known.keys() - identifiers.keys()
    )
    return [
        Filed.refused(problem)
        if problem is not None
        else Filed(Outcome.FILED, identifiers[row.key])
        if row.key in identifiers and first[row.key] is row
        else Filed(Outcome.KNOWN, every[row.key])
        for row, problem in zip(rows, problems, strict=True)
    ]


async def _confirmed(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    known: Mapping[repository.NaturalKey, EmploymentRow],
) -> dict[repository.NaturalKey, dict[str, Any]]:
    """Confirm, on an office's word, what an employer alone declared; return it by its key."""
    asked = {key: row for key, row in known.items() if row.status is Status.CONFIRMED}
    confirmed: dict[repository.NaturalKey, dict[str, Any]] = {}
    for employment in await repository.awaiting_talents(session, asked):
        key = employment.talent_id, employment.employer_id, employment.contract_from
        for name, value in _terms(asked[key]).items():
            setattr(employment, name, value)
        employment.status, employment.declared_by = Status.CONFIRMED, Word.OFFICE
        employment.filed_by = who.subject
        employment.changed_at = parts.clock.now()
        employment.version += 1
        confirmed[key] = employment.model_dump()
    await session.flush()
    return confirmed


async def _tell(
    session: AsyncSession, parts: IdentityService, who: Principal, rows: Sequence[dict[str, Any]]
) -> None:
    """Save events and audit entries of what was filed."""
    for event, status in _EVENTS.items():
        those = [row for row in rows if row["status"] == status]
        events = [event.model_validate(row | {"employment_id": row["id"]}) for row in those]
        await save_events(session, parts.clock, events)
        await audit.record_many(
            session,
            parts.clock,
            actor=who.subject,
            action="employment.filed",
            subjects=[(f"employment:{row['id']}", row["region"]) for row in those],
            detail={"status": status},
        )


_TERMS = tuple(Terms.model_fields)
_NEW: dict[str, Any] = {"rejection": None, "ended_on": None, "version": 1}


def _columns(row: EmploymentRow, region: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "talent_id": row.talent_id,
        "employer_id": row.employer_id,
        "region": region,
        "status": row.status,
        "declared_by": Word.OFFICE if row.status is Status.CONFIRMED else Word.EMPLOYER,
        **_terms(row),
    }


def _terms(row: EmploymentRow) -> dict[str, Any]:
    return {name: getattr(row.terms, name) for name in _TERMS}


def _problem(
    row: EmploymentRow, talents: Collection[UUID], regions: Mapping[UUID, str]
) -> Problem | None:
    if row.talent_id not in talents:
        return TalentNotFound(field="talent_id")
    if row.employer_id not in regions:
        return EmployerNotFound(field="body.employer_id")
    return None


async def _talents(session: AsyncSession, rows: Sequence[EmploymentRow]) -> set[UUID]:
    return await talent_repository.known(session, list({row.talent_id for row in rows}))
