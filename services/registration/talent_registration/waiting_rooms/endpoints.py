"""`/v1/activities/{activity_id}/waiting-room`."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Response
from talent_kit.database import SessionDep
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

from ..activities.access import Organiser
from ..activities.errors import ActivityNotFound, NotPossibleNow
from ..people.errors import NotRegistered
from . import errors, service
from .access import BoardsDep, Entrant
from .boards import SECONDS
from .schemas import Board, EntryOut, RoomContent, RoomOut

router = noun_router("/activities/{activity_id}/waiting-room", "waiting-rooms")

_SIGNED = (Unauthenticated, Forbidden)


@router.put(
    "",
    responses=problems(
        *_SIGNED,
        VersionRequired,
        VersionInvalid,
        VersionChanged,
        Invalid,
        ActivityNotFound,
        NotPossibleNow,
        errors.RoomFixed,
    ),
)
async def arrange(
    activity_id: UUID,
    body: RoomContent,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> RoomOut:
    """Give your activity a waiting room, or change it; `If-Match` is the activity's version."""
    return await service.arrange(session, clock, who, activity_id, version, body)


@router.get(
    "",
    response_model=Board,
    responses=problems(Invalid, errors.RoomNotFound) | {304: {"description": "As it was."}},
)
async def read(
    activity_id: UUID,
    boards: BoardsDep,
    if_none_match: Annotated[str | None, Header(description="The ETag that was read.")] = None,
) -> Response:
    """Read how far a waiting room has come: cheap to ask often, and caches may keep it."""
    kept = await boards.read(activity_id)
    headers = {"ETag": kept.etag, "Cache-Control": f"public, max-age={SECONDS}"}
    if if_none_match == kept.etag:
        return Response(status_code=304, headers=headers)
    return Response(kept.content, headers=headers, media_type="application/json")


@router.put(
    "/me",
    responses=problems(
        *_SIGNED, NotRegistered, Invalid, errors.RoomNotFound, NotPossibleNow, errors.RoomClosed
    ),
)
async def enter(activity_id: UUID, who: Entrant, session: SessionDep, clock: ClockDep) -> EntryOut:
    """Enter. Who does so before the opening gets a position by lot then, however early or often."""
    return await service.enter(session, clock, who, activity_id)


@router.get(
    "/me",
    responses=problems(*_SIGNED, NotRegistered, Invalid, errors.RoomNotFound, errors.NotEntered),
)
async def show(activity_id: UUID, who: Entrant, session: SessionDep, clock: ClockDep) -> EntryOut:
    """Read your own position, and when it is your turn."""
    return await service.show(session, clock, who, activity_id)
