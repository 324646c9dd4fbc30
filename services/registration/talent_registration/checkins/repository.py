"""Reading and writing scans, and holding the gates of activities.

These statements stand in the way of whoever stands at a door: no ORM objects, and each made once.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_gate import admission
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..models_gates import Scan, ScanBatch

IN_ORDER = frozenset(
    {None, admission.Reason.ALREADY_IN, admission.Reason.NOT_IN, admission.Reason.ENTRANCE_ONLY}
)
"""What is wrong with a way in or out by what came before it alone: it may turn out otherwise."""


@dataclass(slots=True)
class Record:
    """A row of `scan`."""

    id: UUID
    scan_id: UUID
    activity_id: UUID
    gate_id: UUID
    scanned_by: str
    out: bool
    registration_id: UUID | None
    meeting_id: UUID | None
    digest: bytes | None
    at: datetime
    device_at: datetime | None
    received_at: datetime
    result: str
    reason: str | None


@dataclass(slots=True)
class Ticket:
    name: str
    admits_to: frozenset[UUID]
    invited: bool


@dataclass(slots=True)
class Site:
    """An activity whose gates this transaction holds: nobody else lets anyone in until it ends."""

    activity: Any
    gates: dict[UUID, admission.Gate] = field(default_factory=dict)
    counting: set[UUID] = field(default_factory=set)
    """Gates at which an entry is attendance."""
    lenient: set[UUID] = field(default_factory=set)
    """Gates that let in who is not known."""
    meetings: dict[UUID, admission.Meeting] = field(default_factory=dict)
    held_in: dict[UUID, str | None] = field(default_factory=dict)
    tickets: dict[UUID, Ticket] = field(default_factory=dict)


_ACTIVITIES = text(
    "SELECT id, kind, host, region, organiser, status, changed_at FROM activity "
    "WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE"
)
_GATES = text(
    "SELECT id, activity_id, once, exits, early_minutes * INTERVAL '1 minute' AS early, "
    "meeting_ids, ticket_ids, counts, admits_unknown "
    "FROM gate WHERE activity_id = ANY(CAST(:ids AS uuid[]))"
)
_MEETINGS = text(
    "SELECT id, activity_id, name, starts_at, ends_at, region "
    "FROM meeting WHERE activity_id = ANY(CAST(:ids AS uuid[]))"
)
_TICKETS = text(
    "SELECT id, activity_id, name, meeting_ids, invited "
    "FROM ticket WHERE activity_id = ANY(CAST(:ids AS uuid[]))"
)


async def hold(session: AsyncSession, activity_ids: Collection[UUID]) -> dict[UUID, Site]:
    """Hold the gates of some activities; always in the order of their ids."""
    if not activity_ids:
        return {}
    ids = {"ids": sorted(activity_ids)}
    sites = {row.id: Site(row) for row in await session.execute(_ACTIVITIES, ids)}
    for row in await session.execute(_GATES, ids):
        site = sites[row.activity_id]
        site.gates[row.id] = admission.Gate(
            row.once, row.exits, row.early, frozenset(row.meeting_ids), frozenset(row.ticket_ids)
        )
        if row.counts:
            site.counting.add(row.id)
        if row.admits_unknown:
            site.lenient.add(row.id)
    for row in await session.execute(_MEETINGS, ids):
        site = sites[row.activity_id]
        site.meetings[row.id] = admission.Meeting(row.id, row.name, row.starts_at, row.ends_at)
        site.held_in[row.id] = row.region
    for row in await session.execute(_TICKETS, ids):
        ticket = Ticket(row.name, frozenset(row.meeting_ids), row.invited)
        sites[row.activity_id].tickets[row.id] = ticket
    return sites


_COLUMNS = (
    "s.id, s.scan_id, s.activity_id, s.gate_id, s.scanned_by, s.out, s.registration_id, "
    "s.meeting_id, s.digest, s.at, s.device_at, s.received_at, s.result, s.reason"
)
_KNOWN = text(
    f"SELECT {_COLUMNS}, r.ticket_id FROM scan s "  # noqa: S608 - names of our own
    "JOIN unnest(CAST(:gates AS uuid[]), CAST(:scans AS uuid[])) AS given(gate_id, scan_id) "
    "ON s.gate_id = given.gate_id AND s.scan_id = given.scan_id "
    "LEFT JOIN registration r ON r.id = s.registration_id"
)
_WAYS = text(
    f"SELECT {_COLUMNS} FROM scan s "  # noqa: S608
    "WHERE s.registration_id = ANY(CAST(:ids AS uuid[])) AND s.result <> 'refused'"
)
_UNKNOWN = text(
    f"SELECT {_COLUMNS} FROM scan s WHERE s.digest = ANY(CAST(:digests AS bytea[]))"  # noqa: S608
)
_SHOWN = text(
    """
    SELECT code.talent_id AS holder, code.serial < (
        SELECT max(newer.serial) FROM talent_code newer WHERE newer.talent_id = code.talent_id
    ) AS superseded, r.id, r.talent_id, r.ticket_id, r.status, r.changed_at,
    a.id AS attendance_id, a.attended_on, a.revoked_at, a.version
    FROM unnest(
        CAST(:activities AS uuid[]), CAST(:digests AS bytea[]), CAST(:registrations AS uuid[])
    ) WITH ORDINALITY AS given(activity_id, digest, registration_id, place)
    LEFT JOIN talent_code code ON code.digest = given.digest
    LEFT JOIN LATERAL (
        SELECT id, talent_id, ticket_id, status, changed_at FROM registration
        WHERE id = given.registration_id AND activity_id = given.activity_id
        UNION ALL (
            SELECT id, talent_id, ticket_id, status, changed_at FROM registration
            WHERE talent_id = code.talent_id AND activity_id = given.activity_id
            ORDER BY status = 'confirmed' DESC, place DESC LIMIT 1
        )
    ) r ON true
    LEFT JOIN attendance a ON a.registration_id = r.id
    ORDER BY given.place
    """
)


async def known(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[Record, UUID | None]]:
    """Return scans by gate and the device's id, each with the ticket that was shown."""
    given = {"gates": [gate for gate, _ in pairs], "scans": [scan for _, scan in pairs]}
    found = await session.execute(_KNOWN, given)
    return {(row.gate_id, row.scan_id): (Record(*row[:-1]), row.ticket_id) for row in found}


async def shown(
    session: AsyncSession, given: Sequence[tuple[UUID, bytes | None, UUID | None]]
) -> Sequence[Any]:
    """Return whose each code or ticket is, in their order; given by activity."""
    columns = zip(*given, strict=True)
    names = ("activities", "digests", "registrations")
    values = {name: list(column) for name, column in zip(names, columns, strict=True)}
    return (await session.execute(_SHOWN, values)).all()


async def ways(session: AsyncSession, registration_ids: Collection[UUID]) -> list[Record]:
    """Return the ways in and out of some people that count, or would if others did not."""
    if not registration_ids:
        return []
    found = await session.execute(_WAYS, {"ids": list(registration_ids)})
    return [record for record in (Record(*row) for row in found) if record.reason in IN_ORDER]


async def unknown(session: AsyncSession, digests: Collection[bytes]) -> list[Record]:
    """Return scans of codes that nobody knew when they were shown."""
    found = await session.execute(_UNKNOWN, {"digests": list(digests)})
    return [Record(*row) for row in found]


async def add(session: AsyncSession, records: Sequence[Record]) -> None:
    """Insert scans."""
    rows = [asdict(record) for record in records]
    await insert_many(session, Scan.__table__, rows)  # type: ignore[attr-defined]


_CHANGED = ("registration_id", "meeting_id", "digest", "at", "device_at", "result", "reason")
_REPLACE = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _CHANGED
)


async def replace(session: AsyncSession, records: Sequence[Record]) -> None:
    """Save what scans have turned out to be."""
    rows = [asdict(record) for record in records]
    await insert_many(session, Scan.__table__, rows, _REPLACE)  # type: ignore[attr-defined]


async def add_batch(session: AsyncSession, batch: ScanBatch) -> None:
    """Note that a device brought scans; the first time counts."""
    await insert_many(
        session,
        ScanBatch.__table__,  # type: ignore[attr-defined]
        [batch.model_dump()],
        "ON CONFLICT DO NOTHING",
    )


async def page_of_conflicts(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Scan], str | None]:
    """Return a page of an activity's conflicts, newest first."""
    query = select(Scan).where(Scan.activity_id == activity_id, Scan.result == "conflict")
    return await paginate(session, query, col(Scan.id), page)


_PRESENCE = text(
    """
    SELECT meeting_id, count(*) AS entered, count(*) FILTER (WHERE inside) AS inside
    FROM (
        SELECT meeting_id, NOT out AND row_number() OVER (
            PARTITION BY registration_id ORDER BY at DESC, id DESC
        ) = 1 AS inside, row_number() OVER (
            PARTITION BY registration_id, meeting_id ORDER BY at DESC, id DESC
        ) AS back
        FROM scan WHERE activity_id = :activity_id AND result = 'counted'
    ) ways WHERE back = 1 GROUP BY meeting_id
    """
)
_FIGURES = text(
    """
    SELECT (SELECT count(*) FROM registration
            WHERE activity_id = :activity_id AND status = 'confirmed') AS expected,
        (SELECT count(*) FROM attendance
         WHERE activity_id = :activity_id AND revoked_at IS NULL) AS attended,
        (SELECT count(*) FROM scan
         WHERE activity_id = :activity_id AND result = 'conflict') AS conflicts
    """
)


async def presence(session: AsyncSession, activity_id: UUID) -> tuple[Any, dict[UUID, Any]]:
    """Return an activity's figures, and those of each session that anybody has entered."""
    given = {"activity_id": activity_id}
    figures = (await session.execute(_FIGURES, given)).one()
    return figures, {row.meeting_id: row for row in await session.execute(_PRESENCE, given)}
