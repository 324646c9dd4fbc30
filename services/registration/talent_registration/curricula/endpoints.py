"""Curricula vitae below `/v1/activities/{activity_id}/bookings`."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import BlobsDep, ClockDep, VaultDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.errors import ActivityNotFound
from ..bookings.access import Exhibitor
from ..bookings.errors import BookingNotFound
from ..files import service as files
from ..files.endpoints import CONTENT, handed_out
from ..files.errors import FileDamaged, NoSuchFile
from ..people.errors import NotRegistered
from ..registrations.access import OwnPerson
from . import errors, service
from .schemas import CurriculumOut, Leaving, Left

_BOOTHS = "/activities/{activity_id}/bookings"
own = noun_router(f"{_BOOTHS}/{{booking_id}}/curricula/me", "curricula")
at_booth = noun_router(f"{_BOOTHS}/me/curricula", "curricula")

_OWN = (Unauthenticated, Forbidden, Invalid, NotRegistered)
_AGENT = (Unauthenticated, Forbidden, Invalid, NotAnAgent, EmployerNotChosen)


async def _kept(request: Request) -> timedelta:
    return timedelta(days=request.app.state.service.settings.curricula_kept_days)


KeptDep = Annotated[timedelta, Depends(_kept)]
"""For how long after the last session what was left at booths is kept."""


@own.put(
    "",
    responses=problems(
        *_OWN, ActivityNotFound, errors.BoothNotFound, errors.NoSeat, errors.Over, NoSuchFile
    ),
)
async def leave(
    activity_id: UUID,
    booking_id: UUID,
    body: Leaving,
    person: OwnPerson,
    session: SessionDep,
    blobs: BlobsDep,
    vault: VaultDep,
    clock: ClockDep,
    kept: KeptDep,
) -> Left:
    """Leave your curriculum vitae and a contact at a booth, in the place of what you left there."""
    place = activity_id, booking_id
    return await service.leave(session, blobs, vault, clock, person, place, body, kept)


@own.get("", responses=problems(*_OWN, errors.CurriculumNotFound))
async def show(
    activity_id: UUID,
    booking_id: UUID,
    person: OwnPerson,
    session: SessionDep,
    vault: VaultDep,
    response: Response,
) -> Left:
    """Read what you left at a booth."""
    response.headers["Cache-Control"] = "no-store"
    return await service.own(session, vault, person, (activity_id, booking_id))


@own.delete("", status_code=204, responses=problems(*_OWN, errors.CurriculumNotFound))
async def take_back(
    activity_id: UUID, booking_id: UUID, person: OwnPerson, session: SessionDep, blobs: BlobsDep
) -> None:
    """Take back what you left at a booth; the employer no longer reads it."""
    await service.take_back(session, blobs, person, (activity_id, booking_id))


@at_booth.get("", responses=problems(*_AGENT, CursorInvalid, ActivityNotFound, BookingNotFound))
async def list_at_booth(
    activity_id: UUID,
    who: Exhibitor,
    page: PageDep,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> Page[CurriculumOut]:
    """List what talents left at your employer's booth, newest first; audited for each."""
    return await service.list_at_booth(session, vault, clock, who, activity_id, page)


@at_booth.get(
    "/{curriculum_id}/content",
    response_class=Response,
    responses=CONTENT
    | problems(*_AGENT, ActivityNotFound, BookingNotFound, errors.CurriculumNotFound, FileDamaged),
)
async def show_content(
    activity_id: UUID,
    curriculum_id: UUID,
    who: Exhibitor,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
) -> Response:
    """Get a curriculum vitae that was left at your employer's booth; its reading is recorded."""
    file = await service.opened(session, clock, who, activity_id, curriculum_id)
    return handed_out(file, await files.content(blobs, file.id))
