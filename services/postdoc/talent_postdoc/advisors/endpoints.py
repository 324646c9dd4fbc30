"""`/v1/advisors`."""

from uuid import UUID

from fastapi import Response
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
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..stations.access import UnitAgent, UnitOrOffice
from ..stations.errors import StationNotFound, StationState
from . import errors, service
from .schemas import AdvisorContent, AdvisorEnd, AdvisorOut, NewAdvisor, TitleOut

router = noun_router("/advisors", "advisors")

_SIGNED = (Unauthenticated, Forbidden, NotAnAgent, EmployerNotChosen, Invalid)
_VERSIONED = (VersionInvalid, VersionChanged, VersionRequired)


@router.get("", responses=problems(*_SIGNED, CursorInvalid, StationNotFound))
async def list_of_station(
    station_id: UUID,
    who: UnitOrOffice,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> Page[AdvisorOut]:
    """List the advisors of a station with how many fellows each guides, newest first."""
    return await service.list_of_station(session, clock, keyring, who, station_id, page)


@router.get("/titles")
async def list_titles(response: Response) -> Page[TitleOut]:
    """List the titles that an advisor may hold; the answer may be kept a day."""
    response.headers["Cache-Control"] = "public, max-age=86400"
    return service.list_titles()


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED, InProgress, KeyReused, StationNotFound, StationState, errors.TitleUnknown
    ),
)
async def add(
    body: NewAdvisor, who: UnitAgent, session: SessionDep, clock: ClockDep, keyring: KeyringDep
) -> AdvisorOut:
    """Add an advisor to a station of your unit."""
    return await service.add(session, clock, keyring, who, body)


@router.put(
    "/{advisor_id}",
    responses=problems(
        *_SIGNED, *_VERSIONED, errors.AdvisorNotFound, errors.AdvisorEnded, errors.TitleUnknown
    ),
)
async def change(
    advisor_id: UUID,
    body: AdvisorContent,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> AdvisorOut:
    """Change what is said of an advisor of your unit's station."""
    return await service.change(session, clock, keyring, who, advisor_id, version, body)


@router.post(
    "/{advisor_id}/end",
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED,
        *_VERSIONED,
        InProgress,
        KeyReused,
        errors.AdvisorNotFound,
        errors.EndBeforeStart,
        errors.StillGuiding,
    ),
)
async def end(
    advisor_id: UUID,
    body: AdvisorEnd,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> AdvisorOut:
    """End an advisor, once no fellow is guided by them any more."""
    return await service.end(session, clock, keyring, who, advisor_id, version, body)
