"""Evaluations of single stations: declared by their units, read by whom they concern."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import EmployerNotChosen, NotAnAgent, acted_for
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..deadlines.service import keep
from ..documents.service import require as require_documents
from ..models.evaluations import Evaluation, EvaluationRound
from ..models.panels import Panel, PanelMember
from ..models.parties import Organisation
from ..panels.rules import Purpose
from . import errors, repository
from .rounds import subject_of
from .schemas import Declaration, EvaluationOut, EvaluationRow
from .showing import out, row_out

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
    if not inside and not await _concerns(session, who, row):
        raise errors.EvaluationNotFound
    return out(row, round_, inside=inside)


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
    return out(row, round_, inside=False)


async def submit(
    session: AsyncSession, clock: Clock, who: Principal, evaluation_id: UUID
) -> EvaluationOut:
    """Submit what a unit declared, with the documents that prove it."""
    row, round_ = await _open(session, clock, who, evaluation_id)
    asked = _asked(round_)
    missing = [each["code"] for each in asked if each["code"] not in row.declared]
    if missing:
        raise errors.DeclarationIncomplete(missing=missing)
    kinds = {kind for each in asked for kind in each["documents"]}
    await require_documents(session, "evaluation", row.id, kinds)
    row.submitted_at = clock.now()
    await keep(session, clock, subject_of(row), [])
    await _record(session, clock, who, row, "submitted")
    return out(row, round_, inside=False)


def _asked(round_: EvaluationRound) -> list[dict[str, str]]:
    return [each for each in round_.indicators if each["source"] == "declared"]


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


async def _concerns(session: AsyncSession, who: Principal, row: Evaluation) -> bool:
    sits = (
        select(PanelMember.id)
        .join(Panel, col(Panel.id) == col(PanelMember.panel_id))
        .where(
            Panel.purpose == Purpose.EVALUATION,
            Panel.subject_id == row.id,
            PanelMember.login == who.subject,
            col(PanelMember.left_at).is_(None),
        )
    )
    if (await session.exec(sits)).first() is not None:
        return True
    try:
        unit_id = await acted_for(session, who, Organisation)
    except (NotAnAgent, EmployerNotChosen):
        return False
    return Role.EMPLOYER in who.roles and unit_id == row.unit_id


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
