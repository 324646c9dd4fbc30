"""`/v1/stations/{station_id}/links`."""

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
from .schemas import LinkEnd, LinkOut, NewLink

router = noun_router("/stations/{station_id}/links", "links")

_SIGNED = (Unauthenticated, Forbidden, NotAnAgent, EmployerNotChosen, Invalid, StationNotFound)
_ACTING = (
    *_SIGNED,
    VersionInvalid,
    VersionChanged,
    VersionRequired,
    InProgress,
    KeyReused,
    errors.LinkNotFound,
    errors.LinkState,
)


@router.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_of(
    station_id: UUID, who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[LinkOut]:
    """List with which stations this one recruits jointly (联合招收), newest first."""
    return await service.list_of(session, clock, who, station_id, page)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED,
        InProgress,
        KeyReused,
        errors.LinkExists,
        errors.PartnerInvalid,
        errors.EndBeforeStart,
    ),
)
async def propose(
    station_id: UUID, body: NewLink, who: UnitAgent, session: SessionDep, clock: ClockDep
) -> LinkOut:
    """Propose joint recruitment to the unit of another station, which confirms or ends it."""
    return await service.propose(session, clock, who, station_id, body)


@router.post("/{link_id}/confirmation", dependencies=[Idempotent], responses=problems(*_ACTING))
async def confirm(
    station_id: UUID,
    link_id: UUID,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> LinkOut:
    """Confirm what the other side proposed."""
    return await service.confirm(session, clock, who, station_id, link_id, version)


@router.post(
    "/{link_id}/end",
    dependencies=[Idempotent],
    responses=problems(*_ACTING, errors.EndBeforeStart),
)
async def end(
    station_id: UUID,
    link_id: UUID,
    body: LinkEnd,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> LinkOut:
    """End joint recruitment with its last day, or refuse what was proposed."""
    return await service.end(session, clock, who, station_id, link_id, version, body)
