"""`/v1/employments`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
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

from ..employers.errors import EmployerNotFound
from ..parts import Parts
from ..talents.errors import NotRegistered
from . import errors, listing, service
from .access import DecidingAgent, DecidingSide, DeclaringTalent, EmploymentLister, EmploymentReader
from .schemas import (
    EmploymentCreate,
    EmploymentEnd,
    EmploymentOut,
    EmploymentReject,
    EmploymentUpdate,
)
from .states import Status

router = noun_router("/employments", "employments")

_VERSIONED = (VersionInvalid, VersionChanged, VersionRequired)
_DECIDING = problems(
    Unauthenticated,
    Forbidden,
    errors.OwnEmployment,
    errors.OwnDeclaration,
    InProgress,
    KeyReused,
    *_VERSIONED,
    Invalid,
    errors.EmploymentNotFound,
    errors.NotPossibleNow,
)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        NotRegistered,
        EmployerNotFound,
        errors.EmploymentExists,
    ),
)
async def declare(
    body: EmploymentCreate, who: DeclaringTalent, session: SessionDep, parts: Parts
) -> EmploymentOut:
    """Declare an employment of your own; the employer confirms or rejects it."""
    return await service.declare(session, parts, who, body)


@router.get(
    "",
    responses=problems(Unauthenticated, Forbidden, CursorInvalid, Invalid, NotRegistered),
)
async def list_employments(
    who: EmploymentLister,
    page: PageDep,
    session: SessionDep,
    parts: Parts,
    employer_id: Annotated[
        UUID | None, Query(description="Asks for the employer's side of it.")
    ] = None,
    status: Status | None = None,
) -> Page[EmploymentOut]:
    """List your own employments, or those of employers for which you may act.

    The token's employer, where it names one, narrows the employer's side.
    """
    return await listing.list_own(session, parts, who, employer_id, status, page)


@router.get(
    "/{employment_id}",
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.EmploymentNotFound),
)
async def read(
    employment_id: UUID, who: EmploymentReader, session: SessionDep, parts: Parts
) -> EmploymentOut:
    """Read an employment: as either side of it, or as staff of its region; audited."""
    return await listing.show(session, parts, who, employment_id)


@router.patch(
    "/{employment_id}",
    responses=problems(
        Unauthenticated,
        Forbidden,
        *_VERSIONED,
        Invalid,
        errors.ContractTerm,
        errors.EmploymentNotFound,
        errors.EmploymentExists,
        errors.NotPossibleNow,
    ),
)
async def edit(
    employment_id: UUID,
    body: EmploymentUpdate,
    who: DeclaringTalent,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> EmploymentOut:
    """Change your declaration while it is declared or rejected; it is declared again."""
    return await service.edit(session, parts, who, employment_id, version, body)


@router.post("/{employment_id}/confirm", dependencies=[Idempotent], responses=_DECIDING)
async def confirm(
    employment_id: UUID,
    who: DecidingSide,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> EmploymentOut:
    """Confirm what the other side declared, in the version that you read."""
    return await service.confirm(session, parts, who, employment_id, version)


@router.post("/{employment_id}/reject", dependencies=[Idempotent], responses=_DECIDING)
async def reject(
    employment_id: UUID,
    body: EmploymentReject,
    who: DecidingSide,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> EmploymentOut:
    """Reject what the other side declared, with a reason."""
    return await service.reject(session, parts, who, employment_id, version, body.reason)


@router.post(
    "/{employment_id}/end",
    dependencies=[Idempotent],
    responses=_DECIDING | problems(Invalid, errors.EndImpossible),
)
async def end(
    employment_id: UUID,
    body: EmploymentEnd,
    who: DecidingAgent,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> EmploymentOut:
    """Say for the employer which was the last day of work."""
    return await service.end(session, parts, who, employment_id, version, body.ended_on)
