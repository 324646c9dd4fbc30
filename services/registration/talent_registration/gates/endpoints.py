"""`/v1/activities/{activity_id}/gates`."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.keyring import Keyring
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
from . import errors, service
from .access import AtTheDoor, CodeKeysDep
from .schemas import (
    DeviceList,
    DeviceOut,
    EnrolledDevice,
    Enrolment,
    GateContent,
    GateList,
    GateOut,
    SignedRoster,
)

router = noun_router("/activities/{activity_id}/gates", "gates")

_OWN = (Unauthenticated, Forbidden, Invalid, ActivityNotFound, NotPossibleNow)
_SENT = (InProgress, KeyReused)


async def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.service.keyring
    return keyring


KeyringDep = Annotated[Keyring, Depends(_keyring)]


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_OWN, *_SENT, errors.GateExists, errors.NoSuchPart, errors.TooManyHere),
)
async def set_up(
    activity_id: UUID, body: GateContent, who: Organiser, session: SessionDep, clock: ClockDep
) -> GateOut:
    """Set up a gate of your published activity: what it opens for, whom it lets in, how often."""
    return await service.set_up(session, clock, who, activity_id, body)


@router.get("", responses=problems(*_OWN))
async def list_gates(activity_id: UUID, who: Organiser, session: SessionDep) -> GateList:
    """List the gates of your activity."""
    return await service.list_gates(session, who, activity_id)


@router.put(
    "/{gate_id}",
    responses=problems(
        *_OWN,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        errors.GateNotFound,
        errors.GateExists,
        errors.NoSuchPart,
    ),
)
async def change(
    activity_id: UUID,
    gate_id: UUID,
    body: GateContent,
    who: Organiser,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
) -> GateOut:
    """Set a gate anew; devices without a network learn of it with their next roster."""
    return await service.change(session, clock, who, activity_id, gate_id, version, body)


@router.post(
    "/{gate_id}/devices",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_OWN, *_SENT, errors.GateNotFound, errors.TooManyHere),
)
async def enrol(
    activity_id: UUID,
    gate_id: UUID,
    body: Enrolment,
    who: Organiser,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> EnrolledDevice:
    """Enrol a device that may check in at this gate alone; its secret is told this once."""
    return await service.enrol(session, clock, keyring, who, activity_id, gate_id, body)


@router.get("/{gate_id}/devices", responses=problems(*_OWN, errors.GateNotFound))
async def list_devices(
    activity_id: UUID, gate_id: UUID, who: Organiser, session: SessionDep
) -> DeviceList:
    """List the devices of a gate, those that were revoked too."""
    return await service.list_devices(session, who, activity_id, gate_id)


@router.delete(
    "/{gate_id}/devices/{device_id}",
    responses=problems(*_OWN, errors.GateNotFound, errors.DeviceNotFound),
)
async def revoke(
    activity_id: UUID,
    gate_id: UUID,
    device_id: UUID,
    who: Organiser,
    session: SessionDep,
    clock: ClockDep,
) -> DeviceOut:
    """Revoke a device that was lost; what it has brought stays."""
    return await service.revoke(session, clock, who, activity_id, gate_id, device_id)


@router.get(
    "/{gate_id}/roster",
    responses=problems(Unauthenticated, Forbidden, Invalid, ActivityNotFound, errors.GateNotFound),
)
async def read_roster(
    activity_id: UUID,
    gate_id: UUID,
    door: AtTheDoor,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
    code_keys: CodeKeysDep,
) -> SignedRoster:
    """Fetch, as a device, all that checking in without a network needs for a day, signed."""
    return await service.write_roster(
        session, clock, keyring, code_keys, door, activity_id, gate_id
    )
