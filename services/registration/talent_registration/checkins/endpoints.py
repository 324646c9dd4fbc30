"""Scans and what comes of them, below `/v1/activities/{activity_id}`."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from talent_kit.database import SessionDep
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.access import ActivityStaff
from ..activities.errors import ActivityNotFound
from ..gates.access import AtTheDoor
from ..gates.errors import GateNotFound
from . import errors, service
from .quick import ScanRoute
from .schemas import BatchContent, BatchOut, ConflictLine, Presence, ScanContent, Verdict

_GATE = "/activities/{activity_id}/gates/{gate_id}"
scans = noun_router(_GATE, "check-in", ScanRoute)
batches = noun_router(_GATE, "check-in")
figures = noun_router("/activities/{activity_id}", "check-in")

_AT_THE_DOOR = problems(
    Unauthenticated, Forbidden, Invalid, ActivityNotFound, GateNotFound, errors.TooManyScans
)
_STAFF = (Unauthenticated, Forbidden, Invalid, ActivityNotFound)


async def _check_in(request: Request) -> service.CheckIn:
    check_in: service.CheckIn = request.app.state.service.check_in
    return check_in


CheckInDep = Annotated[service.CheckIn, Depends(_check_in)]
"""Where scans are decided."""


@scans.put("/scans/{scan_id}", responses=_AT_THE_DOOR)
async def scan(
    activity_id: UUID,
    gate_id: UUID,
    scan_id: UUID,
    body: ScanContent,
    door: AtTheDoor,
    check_in: CheckInDep,
) -> Verdict:
    """Check in what was shown at a gate, under an id that the device has made.

    Somebody who is not let in is an answer, not an error; sent again it changes nothing.
    """
    return await check_in.scan(door, activity_id, gate_id, scan_id, body)


@batches.put("/scan-batches/{batch_id}", responses=_AT_THE_DOOR)
async def bring(
    activity_id: UUID,
    gate_id: UUID,
    batch_id: UUID,
    body: BatchContent,
    door: AtTheDoor,
    check_in: CheckInDep,
) -> BatchOut:
    """Bring what a device recorded without a network; sent again it changes nothing.

    Instants are corrected by how far its clock is off as this arrives. The first instant wins; who
    was let in and should not have been stays in, and stands among the conflicts.
    """
    return await check_in.bring(door, activity_id, gate_id, batch_id, body)


@figures.get("/conflicts", responses=problems(*_STAFF, CursorInvalid))
async def list_conflicts(
    activity_id: UUID, who: ActivityStaff, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[ConflictLine]:
    """List who was let in although they should not, or is not known yet; newest first."""
    return await service.list_conflicts(session, clock, who, activity_id, page)


@figures.get("/presence", responses=problems(*_STAFF))
async def presence(
    activity_id: UUID, who: ActivityStaff, session: SessionDep, clock: ClockDep
) -> Presence:
    """Read live how many are in each session, as far as devices have told."""
    return await service.presence(session, clock, who, activity_id)
