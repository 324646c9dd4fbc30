"""Evaluations of single stations: declared by their units, read by whom they concern."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import acted_for
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..deadlines.service import keep
from ..documents import service as documents
from ..documents.schemas import Wanted
from ..documents.sides import reads
from ..models.evaluations import Evaluation, EvaluationRound
from ..models.parties import Organisation
from . import errors, repository
from .rounds import subject_of
from .schemas import Declaration, EvaluationOut, EvaluationRow
from .showing import out, row_out

KIND = "evaluation"
"""What documents call their subject."""
_STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, round_id: UUID | None, page: PageParams
) -> Page[EvaluationRow]:
    """List the evaluations of the caller's region, or of the unit that an agent acts for."""
    staff = not who.roles.isdisjoint(_STAFF)
    if staff:
        regions = who.regions(clock)
        rows, cursor = await repository.page_of_regions(session, regions, round_id, page)
    else:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, round_id, page)
    rounds = await repository.rounds_of(session, {row.round_id for row in rows})
    items = [row_out(row, rounds[row.round_id], inside=staff) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def read(
    session: AsyncSession, clock: Clock, who: Principal, evaluation_id: UUID
) -> EvaluationOut:
    """Return an evaluation to its unit, to staff of the region and to the experts of its panel."""
    found = await repository.by_id(session, evaluation_id)
    if found is None:
        raise errors.EvaluationNotFound
    row, round_ = found
    inside = not who.roles.isdisjoint(_STAFF) and who.oversees(row.region, clock)
    if not await reads(session, clock, who, KIND, row.id):
        raise errors.EvaluationNotFound
    return out(row, round_, await _wanted(session, row, round_), inside=inside)


async def declare(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    evaluation_id: UUID,
    given: Declaration,
    version: int,
) -> EvaluationOut:
    """Replace what a unit declares, until it submits it."""
    row, round_ = await _open(session, clock, who, evaluation_id)
    require_version(row.version, version)
    if not given.values.keys() <= {each["code"] for each in _asked(round_)}:
        raise errors.DeclarationUnknown(field="body.values")
    row.declared = dict(given.values)
    await _record(session, clock, who, row, "declared")
    return out(row, round_, await _wanted(session, row, round_), inside=False)


async def submit(
    session: AsyncSession, clock: Clock, who: Principal, evaluation_id: UUID
) -> EvaluationOut:
    """Submit what a unit declared, with the documents that prove it."""
    row, round_ = await _open(session, clock, who, evaluation_id)
    asked = _asked(round_)
    missing = [each["code"] for each in asked if each["code"] not in row.declared]
    if missing:
        raise errors.DeclarationIncomplete(missing=missing)
    await documents.require(session, KIND, row.id, _kinds(asked))
    row.submitted_at = clock.now()
    await keep(session, clock, subject_of(row), [])
    await _record(session, clock, who, row, "submitted")
    return out(row, round_, await _wanted(session, row, round_), inside=False)


def _asked(round_: EvaluationRound) -> list[dict[str, Any]]:
    return [each for each in round_.indicators if each["source"] == "declared"]


def _kinds(asked: Iterable[dict[str, Any]]) -> set[str]:
    return {kind for each in asked for kind in each["documents"]}


async def _wanted(session: AsyncSession, row: Evaluation, round_: EvaluationRound) -> list[Wanted]:
    return await documents.wanted(session, KIND, row.id, _kinds(_asked(round_)))


async def _open(
    session: AsyncSession, clock: Clock, who: Principal, evaluation_id: UUID
) -> tuple[Evaluation, EvaluationRound]:
    """Return an evaluation that the caller's unit may still fill in, locked."""
    unit_id = await acted_for(session, who, Organisation)
    found = await repository.by_id(session, evaluation_id, for_update=True)
    if found is None or found[0].unit_id != unit_id:
        raise errors.EvaluationNotFound
    row, round_ = found
    today = local_date(clock.now())
    over = today > round_.submit_until or round_.status != "collecting"
    if over or row.submitted_at is not None:
        raise errors.SubmissionOver(submit_until=round_.submit_until.isoformat())
    return row, round_


async def _record(
    session: AsyncSession, clock: Clock, who: Principal, row: Evaluation, act: str
) -> None:
    row.changed_at = clock.now()
    row.version += 1
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=f"evaluation.{act}",
        subject=f"evaluation:{row.id}",
        region=row.region,
        detail={"version": row.version},
    )
