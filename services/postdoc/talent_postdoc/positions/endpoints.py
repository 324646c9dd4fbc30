"""`/v1/positions`: what units do with them."""

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

from ..advisors.errors import AdvisorNotFound
from ..links.errors import NotRecruitingJointly
from ..plans.errors import (
    DisciplineNotOfStation,
    PlanExceeded,
    PlanNotFound,
    StationDoesNotRecruit,
)
from ..stations.access import StationOffice, UnitAgent, UnitOrOffice
from ..stations.errors import StationNotFound
from . import errors, service
from .schemas import ClosureReason, NewPosition, PositionContent, PositionOut

router = noun_router("/positions", "positions")

_SIGNED = (Unauthenticated, Forbidden)
_AGENT = (*_SIGNED, NotAnAgent, EmployerNotChosen)
_ONCE = (InProgress, KeyReused, Invalid)
_FIT = (
    StationNotFound,
    AdvisorNotFound,
    DisciplineNotOfStation,
    errors.OutsidePlanYear,
    errors.JointStationUnfit,
)
_OPEN = (
    errors.PositionNotFound,
    errors.PositionState,
    errors.PositionOver,
    errors.JointStationUnfit,
    NotRecruitingJointly,
    PlanExceeded,
    StationDoesNotRecruit,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ONCE, PlanNotFound, *_FIT),
)
async def draft(
    body: NewPosition, who: UnitAgent, session: SessionDep, clock: ClockDep
) -> PositionOut:
    """Draft a position under one of your plans; nobody else sees it until you publish it."""
    return await service.draft(session, clock, who, body)


@router.get("/managed", responses=problems(*_AGENT, CursorInvalid, Invalid))
async def list_managed(
    who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[PositionOut]:
    """List the positions of your unit, or of your region as staff, in any state, newest first."""
    return await service.list_seen(session, clock, who, page)


@router.get(
    "/{position_id}/managed",
    responses=problems(*_SIGNED, EmployerNotChosen, Invalid, errors.PositionNotFound),
)
async def read_managed(
    position_id: UUID, who: UnitOrOffice, session: SessionDep, clock: ClockDep
) -> PositionOut:
    """Read a position of your unit, or of your region as staff, with what is not public."""
    return await service.read(session, clock, who, position_id)


@router.put(
    "/{position_id}",
    responses=problems(
        *_AGENT,
        VersionRequired,
        VersionInvalid,
        VersionChanged,
        Invalid,
        *_FIT,
        *_OPEN,
        errors.BelowTaken,
        errors.QuestionsFixed,
    ),
)
async def change(
    position_id: UUID,
    body: PositionContent,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> PositionOut:
    """Change a position, also one that is published."""
    return await service.change(session, clock, who, position_id, version, body)


@router.post(
    "/{position_id}/publication",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ONCE, StationNotFound, *_OPEN),
)
async def publish(
    position_id: UUID, who: UnitAgent, session: SessionDep, clock: ClockDep
) -> PositionOut:
    """Publish a position to the world, while its station recruits and its plan has room."""
    return await service.publish(session, clock, who, position_id)


@router.post(
    "/{position_id}/closure",
    dependencies=[Idempotent],
    responses=problems(*_AGENT, *_ONCE, errors.PositionNotFound, errors.PositionState),
)
async def close(
    position_id: UUID, body: ClosureReason, who: UnitAgent, session: SessionDep, clock: ClockDep
) -> PositionOut:
    """Close a position before its last day, or give up a draft."""
    return await service.close(session, clock, who, position_id, body)


@router.post(
    "/{position_id}/takedown",
    dependencies=[Idempotent],
    responses=problems(*_SIGNED, *_ONCE, errors.PositionNotFound, errors.PositionState),
)
async def take_down(
    position_id: UUID, body: ClosureReason, who: StationOffice, session: SessionDep, clock: ClockDep
) -> PositionOut:
    """Take down a position of your region (下架): the public search forgets it at once."""
    return await service.take_down(session, clock, who, position_id, body)
