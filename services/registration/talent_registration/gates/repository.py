"""Reading and writing gates and their devices."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.gates import Gate, GateDevice


async def of_activity(session: AsyncSession, activity_id: UUID) -> Sequence[Gate]:
    """Return an activity's gates by name."""
    query = select(Gate).where(Gate.activity_id == activity_id).order_by(col(Gate.name))
    return (await session.exec(query)).all()


async def by_id(session: AsyncSession, activity_id: UUID, gate_id: UUID) -> Gate | None:
    """Return a gate of an activity."""
    query = select(Gate).where(Gate.id == gate_id, Gate.activity_id == activity_id)
    return (await session.exec(query)).one_or_none()


async def devices_of(session: AsyncSession, gate_id: UUID) -> Sequence[GateDevice]:
    """Return the devices of a gate, the first enrolled first."""
    query = select(GateDevice).where(GateDevice.gate_id == gate_id).order_by(col(GateDevice.id))
    return (await session.exec(query)).all()


# Built once: it stands in the way of every scan.
_DEVICES = text(
    "SELECT secret_hash, id, gate_id FROM gate_device "
    "WHERE secret_hash = ANY(CAST(:hashes AS bytea[])) AND revoked_at IS NULL"
)


async def by_secrets(
    session: AsyncSession, hashes: Collection[bytes]
) -> dict[bytes, tuple[UUID, UUID]]:
    """Return device and gate by the hashes of secrets that are good."""
    if not hashes:
        return {}
    found = await session.execute(_DEVICES, {"hashes": list(hashes)})
    return {bytes(row.secret_hash): (row.id, row.gate_id) for row in found}


_SEATED = text(
    """
    SELECT r.id, r.ticket_id, code.digest, code.serial
    FROM registration r
    LEFT JOIN LATERAL (
        SELECT digest, serial FROM talent_code WHERE talent_id = r.talent_id
        ORDER BY serial DESC LIMIT 1
    ) code ON true
    WHERE r.activity_id = :activity_id AND r.status = 'confirmed'
    """
)
_VOIDED = text(
    """
    SELECT old.digest FROM registration r
    JOIN talent_code old ON old.talent_id = r.talent_id
    WHERE r.activity_id = :activity_id AND r.status = 'confirmed'
    AND old.serial < (SELECT max(serial) FROM talent_code WHERE talent_id = r.talent_id)
    """
)
_ENTRIES = text(
    "SELECT registration_id, meeting_id, out FROM scan "
    "WHERE activity_id = :activity_id AND result = 'counted' ORDER BY registration_id, at, id"
)


async def seated(session: AsyncSession, activity_id: UUID) -> Sequence[Any]:
    """Return who has a seat, with ticket and, if they have one, code."""
    return (await session.execute(_SEATED, {"activity_id": activity_id})).all()


async def voided(session: AsyncSession, activity_id: UUID) -> list[bytes]:
    """Return the digests of replaced codes of those who have a seat."""
    found = await session.execute(_VOIDED, {"activity_id": activity_id})
    return [bytes(row.digest) for row in found]


async def ways(session: AsyncSession, activity_id: UUID) -> Sequence[Any]:
    """Return everybody's ways in and out, in the order in which they were."""
    return (await session.execute(_ENTRIES, {"activity_id": activity_id})).all()
