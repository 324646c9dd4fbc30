"""`/v1/documents`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from talent_kit.blobs import Arrived, FileTypeRefused
from talent_kit.blobs.keeping import ArrivalLapsed, FileEmpty
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import BlobsDep, ClockDep
from talent_kit.problems import Forbidden, Invalid, TooLarge, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import SettingsDep
from . import errors, service
from .access import TYPES, Attacher, Kind, Reader, SubjectId, Uploaded
from .schemas import DocumentOut, KindOut, SubjectKind

PATH = "/v1/documents"
router = noun_router("/documents", "documents")

_BINARY = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES}
_CONTENT: dict[int | str, dict[str, Any]] = {200: {"content": _BINARY}}
_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "description": "The file itself.", "content": _BINARY}
}


@router.post(
    "",
    status_code=201,
    dependencies=[Uploaded, Idempotent],
    openapi_extra=_FILE,
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        ArrivalLapsed,
        TooLarge,
        FileTypeRefused,
        FileEmpty,
        Invalid,
        errors.SubjectNotFound,
        errors.DocumentKindUnknown,
        errors.DocumentsTooMany,
        errors.DocumentsTooLarge,
    ),
)
async def attach(
    file: Annotated[Arrived, Uploaded],
    who: Attacher,
    kind: Kind,
    subject_kind: SubjectKind,
    subject_id: SubjectId,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
    settings: SettingsDep,
) -> DocumentOut:
    """Attach a PDF, PNG or JPEG file to something that you are a party to, or oversee."""
    limits = service.Limits(settings.documents_most, settings.documents_bytes)
    return await service.attach(
        session, blobs, clock, who, kind, subject_kind, subject_id, file, limits
    )


@router.get("", responses=problems(Unauthenticated, CursorInvalid, Invalid, errors.SubjectNotFound))
async def list_of(
    who: Reader,
    subject_kind: SubjectKind,
    subject_id: SubjectId,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
) -> Page[DocumentOut]:
    """List what is attached to something, newest first."""
    return await service.list_of(session, clock, who, subject_kind, subject_id, page)


@router.get("/kinds")
async def list_kinds(response: Response) -> Page[KindOut]:
    """List the kinds of documents, with what they are called; the answer may be kept a day."""
    response.headers["Cache-Control"] = "public, max-age=86400"
    return service.list_kinds()


@router.get("/{document_id}", responses=problems(Unauthenticated, Invalid, errors.DocumentNotFound))
async def read(document_id: UUID, who: Reader, session: SessionDep, clock: ClockDep) -> DocumentOut:
    """Read what is known of a document."""
    return await service.read(session, clock, who, document_id)


@router.get(
    "/{document_id}/content",
    response_class=Response,
    responses=_CONTENT
    | problems(Unauthenticated, Invalid, errors.DocumentNotFound, errors.DocumentDamaged),
)
async def read_content(
    document_id: UUID, who: Reader, session: SessionDep, blobs: BlobsDep, clock: ClockDep
) -> Response:
    """Get the file of a document; that somebody else's was opened is recorded."""
    document = await service.open_(session, clock, who, document_id)
    content = await service.content(blobs, document_id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment"}
    return Response(content, media_type=document.type, headers=headers)


@router.post(
    "/{document_id}/withdrawal",
    status_code=204,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        errors.DocumentNotFound,
        errors.NotYourDocument,
        errors.DocumentRelied,
    ),
)
async def withdraw(
    document_id: UUID, who: Reader, session: SessionDep, blobs: BlobsDep, clock: ClockDep
) -> None:
    """Withdraw a document that you attached, before anything was decided upon it."""
    await service.withdraw(session, blobs, clock, who, document_id)
