"""`/v1/activities/{activity_id}/pictures`, and the same of what is not published yet."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Response
from talent_kit.database import SessionDep
from talent_kit.parts import BlobsDep, ClockDep
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

from ..activities.access import ActivityStaff, Organiser
from ..activities.errors import ActivityNotFound, NotPossibleNow
from ..files import service as files
from ..files.access import PICTURES
from ..files.endpoints import BINARY, handed_out
from ..files.errors import FileDamaged, NoSuchFile
from . import service
from .errors import PictureNotFound
from .schemas import Pictures, PicturesOut

router = noun_router("/activities/{activity_id}/pictures", "pictures")
managed = noun_router("/managed-activities/{activity_id}/pictures", "pictures")

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: BINARY[kind] for kind in PICTURES}}
}
_KEPT = "public, max-age=86400, immutable"
"""A picture's file never changes; another one has another address."""


@router.put(
    "",
    responses=problems(
        *_SIGNED,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        ActivityNotFound,
        NotPossibleNow,
        NoSuchFile,
    ),
)
async def put(
    activity_id: UUID,
    body: Pictures,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
) -> PicturesOut:
    """Put pictures that you brought into a draft of yours, in the place of the former ones."""
    return await service.put(session, blobs, clock, who, activity_id, version, body)


@router.get("", responses=problems(Invalid, ActivityNotFound))
async def show(activity_id: UUID, session: SessionDep) -> PicturesOut:
    """Read which pictures an activity has, and in words what they show."""
    return await service.read(session, activity_id)


@router.get(
    "/{file_id}",
    response_class=Response,
    responses=_IMAGE | problems(Invalid, ActivityNotFound, PictureNotFound, FileDamaged),
)
async def show_content(
    activity_id: UUID,
    file_id: UUID,
    session: SessionDep,
    blobs: BlobsDep,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Get a picture of a published activity; caches may keep it for a day."""
    file = await service.file(session, activity_id, file_id)
    headers = {"Cache-Control": _KEPT, "ETag": f'"{file_id}"'}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(await files.content(blobs, file_id), media_type=file.type, headers=headers)


@managed.get("", responses=problems(*_SIGNED, ActivityNotFound))
async def show_managed(
    activity_id: UUID, who: ActivityStaff, session: SessionDep, clock: ClockDep
) -> PicturesOut:
    """Read which pictures your activity has, or one of your region, in any state."""
    return await service.read_as_staff(session, clock, who, activity_id)


@managed.get(
    "/{file_id}",
    response_class=Response,
    responses=_IMAGE | problems(*_SIGNED, ActivityNotFound, PictureNotFound, FileDamaged),
)
async def show_managed_content(
    activity_id: UUID,
    file_id: UUID,
    who: ActivityStaff,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
) -> Response:
    """Get a picture of your activity, or of one of your region, before it is published too."""
    file = await service.file_as_staff(session, clock, who, activity_id, file_id)
    return handed_out(file, await files.content(blobs, file_id))
