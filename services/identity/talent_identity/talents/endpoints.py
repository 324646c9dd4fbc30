"""`/v1/talents`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.idempotency import ChangesNothing, Idempotent, InProgress, KeyReused
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

from ..parts import Parts
from ..regions import UnknownRegion
from . import errors, lookups, service
from .access import LookupService, ReviewerOfRegion, TalentReader, TalentSelf
from .schemas import (
    DocumentCreate,
    TalentCreate,
    TalentFound,
    TalentLookup,
    TalentOut,
    TalentUpdate,
)

router = noun_router("/talents", "talents")


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
        UnknownRegion,
        errors.AlreadyRegistered,
        errors.DocumentRegistered,
        errors.DocumentExpired,
        errors.DocumentContradicts,
        errors.BirthDateRequired,
        errors.BirthDateImpossible,
        errors.NationalityRequired,
    ),
)
async def register(
    body: TalentCreate, who: TalentSelf, session: SessionDep, parts: Parts
) -> TalentOut:
    """Register as a talent with a first identity document."""
    return await service.register(session, parts, who, body)


@router.get(
    "",
    responses=problems(Unauthenticated, Forbidden, CursorInvalid, Invalid),
)
async def list_talents(
    who: ReviewerOfRegion, page: PageDep, session: SessionDep, parts: Parts
) -> Page[TalentOut]:
    """List the talents of your region and the regions within it, masked; audited."""
    return await service.list_of_region(session, parts, who, page)


@router.post(
    "/lookups",
    dependencies=[ChangesNothing],
    responses=problems(
        Unauthenticated, Forbidden, Invalid, errors.TalentNotFound, errors.IssuerRequired
    ),
)
async def look_up(body: TalentLookup, who: LookupService, parts: Parts) -> TalentFound:
    """Find the talent who holds a document, for another service.

    Takes no Idempotency-Key: it changes nothing but the audit log, where each question counts.
    """
    return await lookups.find(parts, who, body)


@router.get("/me", responses=problems(Unauthenticated, Forbidden, errors.NotRegistered))
async def read_own(who: TalentSelf, session: SessionDep, parts: Parts) -> TalentOut:
    """Read your own record, masked."""
    return await service.show_own(session, parts, who)


@router.patch(
    "/me",
    responses=problems(
        Unauthenticated,
        Forbidden,
        errors.NotRegistered,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        Invalid,
        UnknownRegion,
    ),
)
async def update(
    body: TalentUpdate, who: TalentSelf, version: IfMatch, session: SessionDep, parts: Parts
) -> TalentOut:
    """Change your own name, phone or region."""
    return await service.update(session, parts, who, version, body)


@router.post(
    "/me/documents",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        errors.NotRegistered,
        errors.DocumentRegistered,
        errors.DocumentExpired,
        errors.DocumentContradicts,
        errors.TooManyDocuments,
    ),
)
async def add_document(
    body: DocumentCreate, who: TalentSelf, session: SessionDep, parts: Parts
) -> TalentOut:
    """Add a further document of your own, such as a later residence card."""
    return await service.add_document(session, parts, who, body)


@router.get(
    "/{talent_id}",
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.TalentNotFound),
)
async def read(talent_id: UUID, who: TalentReader, session: SessionDep, parts: Parts) -> TalentOut:
    """Read a talent, masked: your own record, or as staff one of your region; audited."""
    return await service.show(session, parts, who, talent_id)
