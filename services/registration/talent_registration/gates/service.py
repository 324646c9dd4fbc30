"""Setting gates, enrolling devices, and writing the roster."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_gate import admission, roster
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.held_secrets import digest, new_secret
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.problems import Unauthenticated
from talent_kit.versions import require_version

from ..activities import repository as activities
from ..activities.errors import ActivityNotFound, NotPossibleNow
from ..activities.repository import Parts
from ..activities.service import record
from ..activities.states import Status
from ..models import Activity
from ..models.gates import Gate, GateDevice
from . import errors, repository
from .access import Doorkeeper
from .code_keys import CodeKeys
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

MOST_GATES = 100
"""Of an activity."""
MOST_DEVICES = 200
"""Of a gate, those that were revoked included."""
_PLAIN = {"name", "once", "exits", "admits_unknown", "counts", "early_minutes"}


async def set_up(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, content: GateContent
) -> GateOut:
    """Set up a gate of the caller's published activity."""
    activity = await _own(session, who, activity_id)
    parts = await activities.parts_of(session, activity_id)
    gate = Gate(id=new_id(), activity_id=activity_id, version=1, **_columns(content, parts))
    await _check_name(session, gate)
    session.add(gate)
    await session.flush()
    await record(
        session, clock, who, "gate.set-up", activity, gate=gate.name, gate_version=gate.version
    )
    return _shown(gate, parts)


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    gate_id: UUID,
    expected: int,
    content: GateContent,
) -> GateOut:
    """Set a gate anew; devices learn of it with their next roster."""
    activity = await _own(session, who, activity_id)
    gate = await _gate(session, activity_id, gate_id)
    require_version(gate.version, expected)
    parts = await activities.parts_of(session, activity_id)
    for name, value in _columns(content, parts).items():
        setattr(gate, name, value)
    await _check_name(session, gate)
    gate.version += 1
    await session.flush()
    await record(
        session, clock, who, "gate.changed", activity, gate=gate.name, gate_version=gate.version
    )
    return _shown(gate, parts)


async def list_gates(session: AsyncSession, who: Principal, activity_id: UUID) -> GateList:
    """List the gates of the caller's activity."""
    await _own(session, who, activity_id)
    parts = await activities.parts_of(session, activity_id)
    gates = await repository.of_activity(session, activity_id)
    return GateList(items=[_shown(gate, parts) for gate in gates])


async def enrol(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    activity_id: UUID,
    gate_id: UUID,
    body: Enrolment,
) -> EnrolledDevice:
    """Enrol a device at a gate; its secret is told this once."""
    activity = await _own(session, who, activity_id)
    gate = await _gate(session, activity_id, gate_id)
    if len(await repository.devices_of(session, gate.id)) >= MOST_DEVICES:
        raise errors.TooManyHere(most=MOST_DEVICES)
    secret = new_secret()
    device = GateDevice(
        id=new_id(),
        gate_id=gate.id,
        label=body.label,
        secret_hash=digest(secret),
        enrolled_at=clock.now(),
    )
    session.add(device)
    await session.flush()
    await record(
        session, clock, who, "gate.device-enrolled", activity, gate=gate.name, device=str(device.id)
    )
    key = roster.public_text(roster_key(keyring))
    return EnrolledDevice(**_device(device).model_dump(), secret=secret, roster_key=key)


async def revoke(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    gate_id: UUID,
    device_id: UUID,
) -> DeviceOut:
    """Let a device do no more; again it changes nothing."""
    activity = await _own(session, who, activity_id)
    gate = await _gate(session, activity_id, gate_id)
    device = await session.get(GateDevice, device_id)
    if device is None or device.gate_id != gate.id:
        raise errors.DeviceNotFound
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        await session.flush()
        await record(
            session,
            clock,
            who,
            "gate.device-revoked",
            activity,
            gate=gate.name,
            device=str(device.id),
        )
    return _device(device)


async def list_devices(
    session: AsyncSession, who: Principal, activity_id: UUID, gate_id: UUID
) -> DeviceList:
    """List the devices of a gate, those that were revoked too."""
    await _own(session, who, activity_id)
    gate = await _gate(session, activity_id, gate_id)
    devices = await repository.devices_of(session, gate.id)
    return DeviceList(items=[_device(device) for device in devices])


async def write_roster(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    code_keys: CodeKeys,
    door: Doorkeeper,
    activity_id: UUID,
    gate_id: UUID,
) -> SignedRoster:
    """Return all that a device at the gate must know for a day, signed."""
    gate, _ = await at_gate(session, door, activity_id, gate_id)
    parts = await activities.parts_of(session, activity_id)
    where: dict[UUID, admission.Presence] = defaultdict(admission.Presence)
    for way in await repository.ways(session, activity_id):
        presence = where[way.registration_id]
        presence.inside = None if way.out else way.meeting_id
        presence.entered.add(way.meeting_id)
    nowhere = admission.Presence()
    await code_keys.keys()
    content = roster.Roster(
        activity_id=activity_id,
        gate_id=gate.id,
        name=gate.name,
        gate=rules(gate),
        admits_unknown=gate.admits_unknown,
        issued_at=clock.now(),
        meetings=tuple(meetings(parts)),
        tickets={each.id: (each.name, frozenset(each.meeting_ids)) for each in parts.tickets},
        code_issuer=code_keys.issuer,
        code_keys=code_keys.document,
        entries=[
            roster.Entry(
                b"" if row.digest is None else bytes(row.digest),
                row.serial or 0,
                row.id,
                row.ticket_id,
                where.get(row.id, nowhere).inside,
                tuple(where.get(row.id, nowhere).entered),
            )
            for row in await repository.seated(session, activity_id)
        ],
        voided=await repository.voided(session, activity_id),
    )
    # Ten thousand entries take a while: not on the event loop.
    return SignedRoster(roster=await asyncio.to_thread(roster.sign, content, roster_key(keyring)))


async def at_gate(
    session: AsyncSession, door: Doorkeeper, activity_id: UUID, gate_id: UUID
) -> tuple[Gate, str]:
    """Return the gate at which the caller stands, and who they are: a device's id, or a login."""
    if door.secret_hash is not None:
        devices = await repository.by_secrets(session, {door.secret_hash})
        if door.secret_hash not in devices:
            raise Unauthenticated
        device_id, at = devices[door.secret_hash]
        if at != gate_id:
            raise errors.GateNotFound
        return await _gate(session, activity_id, gate_id), str(device_id)
    activity = await activities.by_id(session, activity_id)
    if activity is None or activity.organiser != door.login:
        raise ActivityNotFound
    return await _gate(session, activity_id, gate_id), str(door.login)


def rules(gate: Gate) -> admission.Gate:
    """Return what a gate's settings mean at the door."""
    return admission.Gate(
        once=gate.once,
        exits=gate.exits,
        early=timedelta(minutes=gate.early_minutes),
        meetings=frozenset(gate.meeting_ids),
        tickets=frozenset(gate.ticket_ids),
    )


def meetings(parts: Parts) -> list[admission.Meeting]:
    """Return an activity's sessions as gates know them."""
    return [
        admission.Meeting(each.id, each.name, each.starts_at, each.ends_at)
        for each in parts.meetings
    ]


def roster_key(keyring: Keyring) -> Ed25519PrivateKey:
    """Return the key that signs rosters, derived from the service's own."""
    return Ed25519PrivateKey.from_private_bytes(keyring.blind_index("roster-key", "1"))


async def _own(session: AsyncSession, who: Principal, activity_id: UUID) -> Activity:
    """Return the caller's activity, which was published: before, its parts may be replaced."""
    activity = await activities.by_id(session, activity_id)
    if activity is None or activity.organiser != who.subject:
        raise ActivityNotFound
    if activity.status in {Status.DRAFT, Status.SUBMITTED}:
        raise NotPossibleNow(state=activity.status)
    return activity


async def _gate(session: AsyncSession, activity_id: UUID, gate_id: UUID) -> Gate:
    gate = await repository.by_id(session, activity_id, gate_id)
    if gate is None:
        raise errors.GateNotFound
    return gate


async def _check_name(session: AsyncSession, gate: Gate) -> None:
    with session.no_autoflush:
        others = await repository.of_activity(session, gate.activity_id)
    if len(others) >= MOST_GATES and gate.id not in {each.id for each in others}:
        raise errors.TooManyHere(most=MOST_GATES)
    if any(each.name == gate.name and each.id != gate.id for each in others):
        raise errors.GateExists(field="body.name")


def _columns(content: GateContent, parts: Parts) -> dict[str, Any]:
    meeting_ids = {each.name: each.id for each in parts.meetings}
    ticket_ids = {each.name: each.id for each in parts.tickets}
    for field, names, known in (
        ("meetings", content.meetings, meeting_ids),
        ("tickets", content.tickets, ticket_ids),
    ):
        for place, name in enumerate(names):
            if name not in known:
                raise errors.NoSuchPart(field=f"body.{field}.{place}")
    return content.model_dump(include=_PLAIN) | {
        "meeting_ids": [meeting_ids[name] for name in dict.fromkeys(content.meetings)],
        "ticket_ids": [ticket_ids[name] for name in dict.fromkeys(content.tickets)],
    }


def _shown(gate: Gate, parts: Parts) -> GateOut:
    meeting_names = {each.id: each.name for each in parts.meetings}
    ticket_names = {each.id: each.name for each in parts.tickets}
    return GateOut(
        **gate.model_dump(include=_PLAIN | {"id", "version"}),
        meetings=[meeting_names[each] for each in gate.meeting_ids],
        tickets=[ticket_names[each] for each in gate.ticket_ids],
    )


def _device(device: GateDevice) -> DeviceOut:
    return DeviceOut(**device.model_dump(exclude={"secret_hash", "gate_id"}))
