"""`/v1/station-applications`."""

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
from talent_kit.reviews.errors import NotPossibleInStep
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..advisors.errors import TitleUnknown
from ..documents.errors import DocumentsMissing
from ..parts import ReviewsDep
from ..stations.access import UnitAgent, UnitOrOffice
from . import errors, service
from .access import ApplicationReader
from .schemas import ApplicationContent, ApplicationLine, ApplicationOut

router = noun_router("/station-applications", "station-applications")

_SIGNED = (Unauthenticated, Forbidden, NotAnAgent, EmployerNotChosen, Invalid)
_VERSIONED = (VersionInvalid, VersionChanged, VersionRequired)
_WRITING = (
    errors.UnitUnknown,
    errors.LevelUnknown,
    errors.ParentInvalid,
    errors.PartnerInvalid,
    TitleUnknown,
)
_ACTING = (
    *_SIGNED,
    *_VERSIONED,
    InProgress,
    KeyReused,
    NotPossibleInStep,
    errors.ApplicationNotFound,
    errors.ApplicationState,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_SIGNED, InProgress, KeyReused, *_WRITING),
)
async def write(
    body: ApplicationContent, who: UnitAgent, session: SessionDep, reviews: ReviewsDep
) -> ApplicationOut:
    """Write the draft of an application for a station; its conditions are judged as you write."""
    return await service.write(session, reviews, who, body)


@router.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_seen(
    who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[ApplicationLine]:
    """List your unit's applications, or as staff those submitted in your region, newest first."""
    return await service.list_seen(session, clock, who, page)


@router.get(
    "/{application_id}", responses=problems(Unauthenticated, Invalid, errors.ApplicationNotFound)
)
async def read(
    application_id: UUID, who: ApplicationReader, session: SessionDep, reviews: ReviewsDep
) -> ApplicationOut:
    """Read an application with each condition and how far its review is."""
    return await service.read(session, reviews, who, application_id)


@router.put(
    "/{application_id}",
    responses=problems(
        *_SIGNED, *_VERSIONED, *_WRITING, errors.ApplicationNotFound, errors.ApplicationState
    ),
)
async def replace(
    application_id: UUID,
    body: ApplicationContent,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ApplicationOut:
    """Write a draft anew, or correct an application that was returned."""
    return await service.replace(session, reviews, who, application_id, version, body)


@router.post(
    "/{application_id}/submission",
    dependencies=[Idempotent],
    responses=problems(
        *_ACTING,
        DocumentsMissing,
        errors.UnitUnknown,
        errors.ConditionsUnmet,
        errors.StationExists,
    ),
)
async def submit(
    application_id: UUID,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ApplicationOut:
    """Submit: where the region has it and conditions hold, the station exists at once (即时备案).

    Else its review begins, or goes on where it was returned.
    """
    return await service.submit(session, reviews, who, application_id, version)


@router.post(
    "/{application_id}/withdrawal", dependencies=[Idempotent], responses=problems(*_ACTING)
)
async def withdraw(
    application_id: UUID,
    who: UnitAgent,
    version: IfMatch,
    session: SessionDep,
    reviews: ReviewsDep,
) -> ApplicationOut:
    """Withdraw an application that is not decided."""
    return await service.withdraw(session, reviews, who, application_id, version)
