"""The audit log: who did what to which subject, append-only, sealed by signatures.

Entries are rows written in the business transaction; the database refuses to change or remove
them. Seals are rows of their own: each covers a run of entries, names the seal before it and is
signed with a key outside the database, so that tampering by a database owner shows.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, Field
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from . import logs, tables
from .bulk import insert_many
from .clock import Clock
from .database import Database, sqlstate
from .keyring import Keyring

log = logging.getLogger(__name__)

_ROWS = 10_000
"""Most entries under one seal."""
_BEFORE_ALL = -(2**63)
_LOCK_NOT_AVAILABLE = "55P03"
_RECORD = insert(tables.audit).inline()


async def record(
    session: AsyncSession,
    clock: Clock,
    *,
    actor: str,
    action: str,
    subject: str,
    region: str | None = None,
    purpose: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one entry in the session's transaction; `detail` must hold no personal data."""
    await record_many(
        session,
        clock,
        actor=actor,
        action=action,
        subjects=[(subject, region)],
        purpose=purpose,
        detail=detail,
    )


async def record_many(
    session: AsyncSession,
    clock: Clock,
    *,
    actor: str,
    action: str,
    subjects: Sequence[tuple[str, str | None]],
    purpose: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one entry for each subject and its region, in one statement: the same act on many."""
    same = {
        "at": clock.now(),
        "actor": actor,
        "action": action,
        "purpose": purpose,
        "request_id": logs.request_id.get(),
        "detail": detail or {},
    }
    entries = [{"subject": subject, "region": region} for subject, region in subjects]
    await insert_many(session, tables.audit, entries, same=same)


class Reading(BaseModel):
    """That somebody read or changed something, and where it belonged then; not who it was."""

    at: datetime
    action: str = Field(examples=["talent.read"])
    region: str | None
    purpose: str | None


async def readings(
    session: AsyncSession, subjects: Collection[str], *, but_by: str, most: int = 1000
) -> list[Reading]:
    """Return the newest entries about some subjects by others than one actor, newest first."""
    log = tables.audit.c
    query = (
        select(log.at, log.action, log.region, log.purpose)
        .where(log.subject.in_(subjects), log.actor != but_by)
        .order_by(log.position.desc())
        .limit(most)
    )
    return [Reading(**row._mapping) for row in await session.execute(query)]


async def seal(database: Database, keyring: Keyring, clock: Clock) -> int:
    """Seal the entries since the last seal; return how many, none while the log cannot be locked.

    Each seal goes to the service's log too: whoever removes the newest seals with their entries
    leaves a chain that holds, but not the one that was logged.
    """
    last = await _settled(database)
    if last is None:
        return 0
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE"))
        previous = (
            await session.execute(
                select(tables.audit_seal).order_by(tables.audit_seal.c.position.desc()).limit(1)
            )
        ).one_or_none()
        after = previous.last if previous else _BEFORE_ALL
        rows = await _entries(session, after, last)
        if not rows:
            return 0
        before = bytes(previous.signature) if previous else b""
        digest = _digest(rows)
        first, end = rows[0].position, rows[-1].position
        await session.execute(
            insert(tables.audit_seal).values(
                first=first,
                last=end,
                digest=digest,
                previous=before,
                signature=keyring.seal_key.sign(_signed(first, end, digest, before)),
                key_id=keyring.seal_key_id,
                sealed_at=clock.now(),
            )
        )
    log.info("audit sealed", extra={"last": end, "digest": digest.hex()})
    return len(rows)


async def _settled(database: Database) -> int | None:
    """Return the highest position below which none can still be committed, None without any.

    The table is locked for the moment of reading its end; where long transactions stand in the
    way, it is left for the next time.
    """
    try:
        async with database.transaction() as session:
            await session.execute(text("SET LOCAL lock_timeout = '500ms'"))
            await session.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
            last: int | None = await session.scalar(select(func.max(tables.audit.c.position)))
            return last
    except DBAPIError as error:
        if sqlstate(error) != _LOCK_NOT_AVAILABLE:
            raise
        return None


async def broken_seals(database: Database, public_key: Ed25519PublicKey) -> list[int]:
    """Return the positions of seals that do not hold: entries changed, removed, or put between."""
    broken: list[int] = []
    expected_previous, covered = b"", _BEFORE_ALL
    async with database.transaction() as session:
        seals = await session.execute(
            select(tables.audit_seal).order_by(tables.audit_seal.c.position)
        )
        for row in seals.all():
            entries = await _entries(session, covered, row.last)
            signed = _signed(row.first, row.last, row.digest, row.previous)
            try:
                public_key.verify(row.signature, signed)
                holds = row.previous == expected_previous and _digest(entries) == row.digest
            except InvalidSignature:
                holds = False
            if not holds:
                broken.append(row.position)
            expected_previous, covered = bytes(row.signature), row.last
    return broken


async def _entries(session: AsyncSession, after: int, last: int) -> list[Any]:
    rows = await session.execute(
        select(tables.audit)
        .where(tables.audit.c.position > after, tables.audit.c.position <= last)
        .order_by(tables.audit.c.position)
        .limit(_ROWS)
    )
    return list(rows)


def _digest(rows: list[Any]) -> bytes:
    digest = hashlib.sha256()
    for row in rows:
        document = dict(row._mapping) | {"at": row.at.isoformat()}
        digest.update(json.dumps(document, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    return digest.digest()


def _signed(first: int, last: int, digest: bytes, previous: bytes) -> bytes:
    return f"talent-audit-seal:1:{first}:{last}:".encode() + digest + previous
