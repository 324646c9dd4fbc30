"""`/v1/candidacies`, and applying below a position."""

from uuid import UUID

from fastapi import Response
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, VaultDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parties.access import OwnPerson
from ..parties.errors import NotRegistered
from ..plans.errors import PlanExceeded
from ..positions.errors import PositionNotFound, PositionState
from ..stations.access import UnitAgent
from . import errors, service
from .access import TalentOrUnit
from .schemas import (
    CandidacyContent,
    CandidacyHeld,
    CandidacyOut,
    InterviewResult,
    Invitation,
    Reason,
)

of_position = noun_router("/positions/{position_id}/candidacies", "candidacies")
router = noun_router("/candidacies", "candidacies")

_SIGNED = (Unauthenticated, Forbidden)
_OWN = (*_SIGNED, NotRegistered)
_AGENT = (*_SIGNED, NotAnAgent, EmployerNotChosen)
_ACT = (InProgress, KeyReused, Invalid, errors.CandidacyNotFound, errors.CandidacyState)


@of_position.put(
    "/me",
    responses=problems(
        *_OWN,
        Invalid,
        PositionNotFound,
        errors.PositionNotOpen,
        errors.QuestionUnknown,
        errors.AnswerMissing,
        errors.CandidacyState,
    ),
)
async def apply(
    position_id: UUID,
    body: CandidacyContent,
    person: OwnPerson,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CandidacyOut:
    """Apply for a position, once; until the unit has screened it you may say something else."""
    return await service.apply(session, vault, clock, person, position_id, body)


@router.get("", responses=problems(*_AGENT, CursorInvalid, Invalid))
async def list_of_unit(
    who: UnitAgent, page: PageDep, session: SessionDep, position_id: UUID | None = None
) -> Page[CandidacyOut]:
    """List who applied for your unit's positions, or for one of them, newest first."""
    return await service.list_of_unit(session, who, position_id, page)


@router.get("/mine", responses=problems(*_OWN, CursorInvalid, Invalid))
async def list_own(person: OwnPerson, page: PageDep, session: SessionDep) -> Page[CandidacyOut]:
    """List your own candidacies, newest first."""
    return await service.list_own(session, person, page)


@router.get(
    "/{candidacy_id}",
    responses=problems(*_SIGNED, EmployerNotChosen, Invalid, errors.CandidacyNotFound),
)
async def read(
    candidacy_id: UUID,
    who: TalentOrUnit,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
    response: Response,
) -> CandidacyHeld:
    """Read your candidacy, or one for your unit's position, with what was written; audited."""
    response.headers["Cache-Control"] = "no-store"
    return await service.read(session, vault, clock, who, candidacy_id)


@router.post(
    "/{candidacy_id}/withdrawal",
    dependencies=[Idempotent],
    responses=problems(*_OWN, *_ACT, errors.FellowshipBegun),
)
async def withdraw(
    candidacy_id: UUID, person: OwnPerson, session: SessionDep, clock: ClockDep
) -> CandidacyOut:
    """Withdraw your candidacy, also one that was accepted, until an entry was begun upon it."""
    return await service.withdraw(session, clock, person, candidacy_id)


@router.post(
    "/{candidacy_id}/shortlisting",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ACT),
)
async def shortlist(
    candidacy_id: UUID, who: UnitAgent, session: SessionDep, clock: ClockDep
) -> CandidacyOut:
    """Let a candidate pass the screening."""
    return await service.shortlist(session, clock, who, candidacy_id)


@router.post(
    "/{candidacy_id}/invitation",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ACT, errors.InterviewPast),
)
async def invite(
    candidacy_id: UUID,
    body: Invitation,
    who: UnitAgent,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CandidacyOut:
    """Invite a candidate to an interview, or to another day or place."""
    return await service.invite(session, vault, clock, who, candidacy_id, body)


@router.post(
    "/{candidacy_id}/interview",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ACT, errors.InterviewToCome),
)
async def record_interview(
    candidacy_id: UUID,
    body: InterviewResult,
    who: UnitAgent,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CandidacyOut:
    """Keep what came of an interview; the candidate may read it."""
    return await service.record_interview(session, vault, clock, who, candidacy_id, body)


@router.post(
    "/{candidacy_id}/acceptance",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ACT, errors.InterviewFailed, PositionState, PlanExceeded),
)
async def accept(
    candidacy_id: UUID,
    body: Reason,
    who: UnitAgent,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CandidacyOut:
    """Accept a candidate who passed the interview; the last place fills the position."""
    return await service.accept(session, vault, clock, who, candidacy_id, body.reason)


@router.post(
    "/{candidacy_id}/refusal",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ACT),
)
async def refuse(
    candidacy_id: UUID,
    body: Reason,
    who: UnitAgent,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CandidacyOut:
    """Refuse a candidate, with a reason that they read."""
    return await service.refuse(session, vault, clock, who, candidacy_id, body.reason)
