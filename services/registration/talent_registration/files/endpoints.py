"""`/v1/registration-files`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from talent_kit.blobs import Arrived, FileTypeRefused
from talent_kit.blobs.keeping import ArrivalLapsed, FileEmpty
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.parts import BlobsDep, ClockDep
from talent_kit.problems import Forbidden, Invalid, TooLarge, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..people.errors import NotRegistered
from . import errors, service
from .access import TYPES, Bringer, FileOwner, Uploaded
from .schemas import FileOut

PATH = "/v1/registration-files"
router = noun_router("/registration-files", "files")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
BINARY: dict[str, Any] = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES
}
CONTENT: dict[int | str, dict[str, Any]] = {200: {"content": BINARY}}
"""The answer of an endpoint that hands a file out."""
_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "description": "The file itself.", "content": BINARY}
}


@router.post(
    "",
    status_code=201,
    dependencies=[Uploaded, Idempotent],
    openapi_extra=_FILE,
    responses=problems(
        *_SIGNED,
        NotRegistered,
        InProgress,
        KeyReused,
        ArrivalLapsed,
        TooLarge,
        FileTypeRefused,
        FileEmpty,
        errors.TooManyFiles,
    ),
)
async def bring(
    file: Annotated[Arrived, Uploaded],
    who: Bringer,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
) -> FileOut:
    """Bring a PDF, PNG, JPEG or WebP file, told by its content, for what you then name it for.

    What is named for nothing within a day goes.
    """
    return await service.bring(session, blobs, clock, who, file)


@router.get("/{file_id}", responses=problems(*_SIGNED, errors.FileNotFound))
async def show(file_id: UUID, who: FileOwner, session: SessionDep) -> FileOut:
    """Read what is known of a file of yours."""
    return await service.own(session, who, file_id)


@router.get(
    "/{file_id}/content",
    response_class=Response,
    responses=CONTENT | problems(*_SIGNED, errors.FileNotFound, errors.FileDamaged),
)
async def show_content(
    file_id: UUID, who: FileOwner, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Get a file of yours."""
    file = await service.own(session, who, file_id)
    return handed_out(file, await service.content(blobs, file_id))


@router.delete(
    "/{file_id}",
    status_code=204,
    responses=problems(*_SIGNED, errors.FileNotFound, errors.FileInUse),
)
async def remove(file_id: UUID, who: FileOwner, session: SessionDep, blobs: BlobsDep) -> None:
    """Remove a file of yours that nothing refers to."""
    await service.remove(session, blobs, who, file_id)


def handed_out(file: FileOut, content: bytes) -> Response:
    """Return the answer with a file for one reader's eyes."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment"}
    return Response(content, media_type=file.type, headers=headers)
