"""`/v1/fellows`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, VaultDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..advisors.errors import AdvisorNotFound
from ..candidacies.errors import CandidacyNotFound, CandidacyState
from ..documents.errors import DocumentsMissing
from ..links.errors import NotRecruitingJointly
from ..panels.errors import PanelNotConcluded
from ..stations.errors import StationNotFound, StationState
from . import errors, service
from .access import Office, Overseer, Party, Reader, Talent, UnitAgent
from .acts import Status
from .requests import Correction, NewEntry, NewFellow
from .schemas import EntryOut, FellowOut, NextOut, PeriodsOut

router = noun_router("/fellows", "fellows")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_CHANGED = (*_SIGNED, InProgress, KeyReused)
_RECORDED = (
    *_CHANGED,
    errors.FellowNotFound,
    errors.TalentNotFound,
    errors.FellowState,
    errors.StepMissing,
    errors.InFuture,
    errors.BeforeEntry,
    errors.DatesOutOfOrder,
    errors.TooEarly,
    errors.TooLate,
    errors.GroundNotMet,
    errors.ConditionsNotMet,
    errors.AlreadyInStation,
    errors.AlreadyApplied,
    errors.AdvisorMissing,
    errors.AdvisorNotQualified,
    errors.AdvisorFull,
    errors.DisciplineNotOfStation,
    AdvisorNotFound,
    DocumentsMissing,
    PanelNotConcluded,
    StationNotFound,
    StationState,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_CHANGED,
        NotAnAgent,
        EmployerNotChosen,
        StationNotFound,
        StationState,
        AdvisorNotFound,
        errors.AlreadyApplied,
        errors.TalentNotFound,
        errors.InFuture,
        errors.DisciplineNotOfStation,
        NotRecruitingJointly,
        CandidacyNotFound,
        CandidacyState,
    ),
)
async def apply(
    body: NewFellow, who: UnitAgent, session: SessionDep, clock: ClockDep, vault: VaultDep
) -> FellowOut:
    """Apply for a doctor to enter a station of your unit, who is asked to consent."""
    return await service.apply(session, clock, vault, who, body)


@router.get(
    "",
    responses=problems(*_SIGNED, NotAnAgent, EmployerNotChosen, CursorInvalid, StationNotFound),
)
async def list_seen(
    who: Overseer,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    station_id: Annotated[UUID | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    coming: Annotated[
        bool, Query(description="As a unit, those whom a proposed transfer would bring you.")
    ] = False,
) -> Page[FellowOut]:
    """List the fellows of your unit, or of your region as staff, newest first."""
    return await service.list_seen(session, clock, who, page, station_id, status, coming=coming)


@router.get("/me", responses=problems(*_SIGNED, CursorInvalid))
async def list_own(who: Talent, page: PageDep, session: SessionDep) -> Page[FellowOut]:
    """List your own fellowships, newest first."""
    return await service.list_own(session, who, page)


@router.get("/{fellow_id}", responses=problems(*_SIGNED, errors.FellowNotFound))
async def read(fellow_id: UUID, who: Reader, session: SessionDep, clock: ClockDep) -> FellowOut:
    """Read a fellowship: your own, of your unit or region, or one that you assess."""
    return await service.read(session, clock, who, fellow_id)


@router.get("/{fellow_id}/entries", responses=problems(*_SIGNED, errors.FellowNotFound))
async def history(
    fellow_id: UUID, who: Reader, session: SessionDep, clock: ClockDep, vault: VaultDep
) -> Page[EntryOut]:
    """Read all that happened in a fellowship, in the order of recording, corrections too."""
    return await service.history(session, clock, vault, who, fellow_id)


@router.get(
    "/{fellow_id}/periods",
    responses=problems(*_SIGNED, errors.FellowNotFound, errors.StepMissing),
)
async def read_periods(
    fellow_id: UUID, who: Reader, session: SessionDep, clock: ClockDep, vault: VaultDep
) -> PeriodsOut:
    """Read the days that matter in a fellowship, and what must be done by when."""
    return await service.read_periods(session, clock, vault, who, fellow_id)


@router.get(
    "/{fellow_id}/next",
    responses=problems(*_SIGNED, errors.FellowNotFound, errors.TalentNotFound),
)
async def read_next(
    fellow_id: UUID, who: Reader, session: SessionDep, clock: ClockDep, vault: VaultDep
) -> NextOut:
    """Read what may be recorded next and by whom, and the documents that it will ask for."""
    return await service.read_next(session, clock, vault, who, fellow_id)


@router.post(
    "/{fellow_id}/entries",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_RECORDED, errors.ActNotYours),
)
async def record(
    fellow_id: UUID,
    body: NewEntry,
    who: Party,
    session: SessionDep,
    clock: ClockDep,
    vault: VaultDep,
) -> FellowOut:
    """Record what happened to a fellow; who records which kind of entry stands with each kind."""
    return await service.record(session, clock, vault, who, fellow_id, body)


@router.post(
    "/{fellow_id}/entries/{entry_id}/correction",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_RECORDED, errors.EntryNotFound, errors.NotCorrectable, errors.AlreadyCorrected
    ),
)
async def correct(
    fellow_id: UUID,
    entry_id: UUID,
    body: Correction,
    who: Office,
    session: SessionDep,
    clock: ClockDep,
    vault: VaultDep,
) -> FellowOut:
    """Correct an entry as the office: an entry of its own stands in its place, and both stay."""
    return await service.put_right(session, clock, vault, who, fellow_id, entry_id, body)
