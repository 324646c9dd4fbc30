"""`/v1/evaluation-rounds` and `/v1/station-evaluations`."""

from uuid import UUID

from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, KeyringDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.reviews.errors import AlreadyObjected
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch

from ..documents.errors import DocumentsMissing
from ..panels import errors as panels
from ..terms.errors import UnknownRegion
from . import errors, objections, rounds, service
from .access import EvaluatedUnit, EvaluationLister, EvaluationOffice, EvaluationReader, Objector
from .schemas import (
    Answer,
    Declaration,
    EvaluationOut,
    EvaluationRow,
    NewObjection,
    NewPanels,
    NewRound,
    ObjectionOut,
    PanelsOut,
    ResultOut,
    RoundOut,
)

router = noun_router("/evaluation-rounds", "evaluations")
evaluations = noun_router("/station-evaluations", "evaluations")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_ACT = (*_SIGNED, InProgress, KeyReused)
_ROUND = (*_ACT, errors.RoundNotFound, errors.RoundState)
_UNIT = (*_SIGNED, NotAnAgent, EmployerNotChosen, errors.EvaluationNotFound, errors.SubmissionOver)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_ACT, OutsideRegion, UnknownRegion, errors.NoStationsDue, errors.SubmissionOver
    ),
)
async def open_round(
    body: NewRound, who: EvaluationOffice, session: SessionDep, clock: ClockDep
) -> RoundOut:
    """Open a round for all stations of a region that are due, with what is known of each."""
    return await rounds.open_(session, clock, who, body)


@router.get("", responses=problems(CursorInvalid, Invalid))
async def list_rounds(page: PageDep, session: SessionDep) -> Page[RoundOut]:
    """List rounds with their tables of indicators, newest first; open to all."""
    return await rounds.list_all(session, page)


@router.get("/{round_id}", responses=problems(Invalid, errors.RoundNotFound))
async def read_round(round_id: UUID, session: SessionDep) -> RoundOut:
    """Read a round; open to all."""
    return await rounds.read(session, round_id)


@router.get(
    "/{round_id}/results",
    responses=problems(CursorInvalid, Invalid, errors.RoundNotFound, errors.RoundState),
)
async def results(round_id: UUID, page: PageDep, session: SessionDep) -> Page[ResultOut]:
    """List the grades of a round, once they are published; open to all."""
    return await rounds.results(session, round_id, page)


@router.post(
    "/{round_id}/panels",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_ROUND,
        OutsideRegion,
        errors.EvaluationNotFound,
        panels.PanelExists,
        panels.PanelComposition,
        panels.MemberTwice,
        panels.MemberConflict,
    ),
)
async def convene_panels(
    round_id: UUID,
    body: NewPanels,
    who: EvaluationOffice,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelsOut:
    """Convene the same experts for a group of stations: a panel for each, or none at all."""
    return await rounds.convene_panels(session, clock, keyring, who, round_id, body)


@router.post(
    "/{round_id}/grading",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_ROUND, errors.SubmissionOpen, errors.PanelsNotConcluded),
)
async def grade(
    round_id: UUID, who: EvaluationOffice, session: SessionDep, clock: ClockDep
) -> RoundOut:
    """Grade all stations by their figures and panels; again until it is published."""
    return await rounds.grade(session, clock, who, round_id)


@router.post(
    "/{round_id}/publication",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_ROUND),
)
async def publish(
    round_id: UUID, who: EvaluationOffice, session: SessionDep, clock: ClockDep
) -> RoundOut:
    """Publish the grades for objections; they bind when the days are over and none stands."""
    return await rounds.publish(session, clock, who, round_id)


@evaluations.get("", responses=problems(*_SIGNED, NotAnAgent, EmployerNotChosen, CursorInvalid))
async def list_seen(
    who: EvaluationLister,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    round_id: UUID | None = None,
) -> Page[EvaluationRow]:
    """List the evaluations of your unit's stations, or of your region as staff, newest first."""
    return await service.list_seen(session, clock, who, round_id, page)


@evaluations.get(
    "/{evaluation_id}", responses=problems(Unauthenticated, Invalid, errors.EvaluationNotFound)
)
async def read(
    evaluation_id: UUID, who: EvaluationReader, session: SessionDep, clock: ClockDep
) -> EvaluationOut:
    """Read an evaluation: as the unit, as staff of the region, or as an expert of its panel."""
    return await service.read(session, clock, who, evaluation_id)


@evaluations.put(
    "/{evaluation_id}/declaration",
    responses=problems(*_UNIT, VersionChanged, VersionRequired, errors.DeclarationUnknown),
)
async def declare(
    evaluation_id: UUID,
    body: Declaration,
    version: IfMatch,
    who: EvaluatedUnit,
    session: SessionDep,
    clock: ClockDep,
) -> EvaluationOut:
    """Declare your station's figures, in place of what you declared before."""
    return await service.declare(session, clock, who, evaluation_id, body, version)


@evaluations.post(
    "/{evaluation_id}/submission",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_UNIT, InProgress, KeyReused, errors.DeclarationIncomplete, DocumentsMissing
    ),
)
async def submit(
    evaluation_id: UUID, who: EvaluatedUnit, session: SessionDep, clock: ClockDep
) -> EvaluationOut:
    """Submit what you declared; nothing is changed after."""
    return await service.submit(session, clock, who, evaluation_id)


@evaluations.post(
    "/{evaluation_id}/objections",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Invalid,
        InProgress,
        KeyReused,
        errors.EvaluationNotFound,
        errors.NotOpenToObjection,
        AlreadyObjected,
    ),
)
async def lodge(
    evaluation_id: UUID,
    body: NewObjection,
    who: Objector,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> ObjectionOut:
    """Object to a grade while it is published."""
    return await objections.lodge(session, clock, keyring, who, evaluation_id, body)


@evaluations.get(
    "/{evaluation_id}/objections",
    responses=problems(*_SIGNED, CursorInvalid, errors.EvaluationNotFound),
)
async def list_objections(
    evaluation_id: UUID,
    who: EvaluationOffice,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> Page[ObjectionOut]:
    """List the objections to a grade."""
    return await objections.list_of(session, clock, keyring, who, evaluation_id, page)


@evaluations.post(
    "/{evaluation_id}/objections/{objection_id}/answer",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_ACT, errors.EvaluationNotFound, errors.ObjectionNotFound, errors.ObjectionDecided
    ),
)
async def answer(
    evaluation_id: UUID,
    objection_id: UUID,
    body: Answer,
    who: EvaluationOffice,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> ObjectionOut:
    """Answer an objection; one that is upheld corrects the grade."""
    return await objections.answer(session, clock, keyring, who, evaluation_id, objection_id, body)
