"""`/v1/recruitment-plans`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..stations.access import UnitAgent, UnitOrOffice
from ..stations.errors import StationNotFound
from . import errors, service
from .schemas import NewPlan, PlanContent, PlanOut

router = noun_router("/recruitment-plans", "recruitment-plans")

_SIGNED = (Unauthenticated, Forbidden)
_AGENT = (*_SIGNED, NotAnAgent, EmployerNotChosen)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_AGENT,
        InProgress,
        KeyReused,
        Invalid,
        StationNotFound,
        errors.YearOver,
        errors.PlanExists,
        errors.DisciplineNotOfStation,
        errors.StationDoesNotRecruit,
    ),
)
async def make(body: NewPlan, who: UnitAgent, session: SessionDep, clock: ClockDep) -> PlanOut:
    """Say how many fellows one of your stations wants to recruit, in this year or the next."""
    return await service.make(session, clock, who, body)


@router.get("", responses=problems(*_AGENT, CursorInvalid, Invalid))
async def list_seen(
    who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[PlanOut]:
    """List the plans of your unit, or of your region as staff, newest first."""
    return await service.list_seen(session, clock, who, page)


@router.get(
    "/{plan_id}", responses=problems(*_SIGNED, EmployerNotChosen, Invalid, errors.PlanNotFound)
)
async def read(plan_id: UUID, who: UnitOrOffice, session: SessionDep, clock: ClockDep) -> PlanOut:
    """Read a plan of your unit, or of your region as staff."""
    return await service.read(session, clock, who, plan_id)


@router.put(
    "/{plan_id}",
    responses=problems(
        *_AGENT,
        VersionRequired,
        VersionInvalid,
        VersionChanged,
        Invalid,
        StationNotFound,
        errors.PlanNotFound,
        errors.PlanExceeded,
        errors.DisciplineNotOfStation,
        errors.StationDoesNotRecruit,
    ),
)
async def change(
    plan_id: UUID,
    body: PlanContent,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> PlanOut:
    """Change how many are planned; never below what your positions offer."""
    return await service.change(session, clock, who, plan_id, version, body)
