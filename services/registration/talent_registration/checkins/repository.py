"""Reading and writing scans, and holding the gates of activities.

These statements stand in the way of whoever stands at a door: no ORM objects, and each made once.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_gate import admission
from talent_kit.bulk import insert_many
from talent_kit.database import BY_INDEXES
from talent_kit.pagination import PageParams, paginate

from ..models.gates import Scan, ScanBatch
from .scans import Scanned

IN_ORDER = frozenset(
    {None, admission.Reason.ALREADY_IN, admission.Reason.NOT_IN, admission.Reason.ENTRANCE_ONLY}
)
"""What is wrong with a way in or out by what came before it alone: it may turn out otherwise."""


_REMEMBERED = 100
"""Activities whose plan a process remembers."""


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


@dataclass(frozen=True, slots=True)
class Ticket:
    name: str
    admits_to: frozenset[UUID]
    invited: bool


@dataclass(slots=True)
class Plan:
    """An activity's gates, sessions and tickets, as they are between two changes."""

    version: tuple[int, int]
    gates: dict[UUID, admission.Gate] = field(default_factory=dict)
    counting: set[UUID] = field(default_factory=set)
    """Gates at which an entry is attendance."""
    lenient: set[UUID] = field(default_factory=set)
    """Gates that let in who is not known."""
    meetings: dict[UUID, admission.Meeting] = field(default_factory=dict)
    held_in: dict[UUID, str | None] = field(default_factory=dict)
    tickets: dict[UUID, Ticket] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """An activity whose gates this transaction holds: nobody else lets anyone in until it ends."""

    activity: Any
    plan: Plan
    devices: Mapping[bytes, tuple[UUID, UUID]]
    """Device and gate, by the hash of the secret."""


# These tables grow by thousands in the minute until the planner looks again.
_ACTIVITIES = text(
    f"""
    SELECT {BY_INDEXES},
    a.id, a.kind, a.host, a.region, a.organiser, a.status, a.hours, a.changed_at, a.version,
    (SELECT coalesce(sum(version), 0) FROM gate WHERE activity_id = a.id) AS gates_version,
    ARRAY(
        SELECT ROW(d.secret_hash, d.id, d.gate_id) FROM gate_device d
        JOIN gate g ON g.id = d.gate_id
        WHERE d.secret_hash = ANY(CAST(:hashes AS bytea[])) AND d.revoked_at IS NULL
        AND g.activity_id = a.id
    ) AS devices
    FROM activity a WHERE a.id = ANY(CAST(:ids AS uuid[])) ORDER BY a.id FOR NO KEY UPDATE OF a
    """  # noqa: S608 - a text of the kit's
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


class Plans:
    """The plans that one process knows; each is read again once its activity or gates change."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Plan] = OrderedDict()

    async def of(self, session: AsyncSession, rows: Sequence[Any]) -> dict[UUID, Plan]:
        """Return the plans of activities that are held."""
        found: dict[UUID, Plan] = {}
        for row in rows:
            version = row.version, int(row.gates_version)
            plan = self._known.get(row.id)
            if plan is None or plan.version != version:
                plan = Plan(version)
            found[row.id] = plan
        stale = {key: plan for key, plan in found.items() if plan is not self._known.get(key)}
        if stale:
            await _read(session, stale)
            self._known |= stale
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


async def _read(session: AsyncSession, plans: Mapping[UUID, Plan]) -> None:
    ids = {"ids": list(plans)}
    for row in await session.execute(_GATES, ids):
        plan = plans[row.activity_id]
        plan.gates[row.id] = admission.Gate(
            row.once, row.exits, row.early, frozenset(row.meeting_ids), frozenset(row.ticket_ids)
        )
        if row.counts:
            plan.counting.add(row.id)
        if row.admits_unknown:
            plan.lenient.add(row.id)
    for row in await session.execute(_MEETINGS, ids):
        plan = plans[row.activity_id]
        plan.meetings[row.id] = admission.Meeting(row.id, row.name, row.starts_at, row.ends_at)
        plan.held_in[row.id] = row.region
    for row in await session.execute(_TICKETS, ids):
        ticket = Ticket(row.name, frozenset(row.meeting_ids), row.invited)
        plans[row.activity_id].tickets[row.id] = ticket


async def hold(
    session: AsyncSession,
    plans: Plans,
    activity_ids: Collection[UUID],
    secrets: Collection[bytes] = (),
) -> dict[UUID, Site]:
    """Hold the gates of some activities, always in the order of their ids."""
    given = {"ids": sorted(activity_ids), "hashes": list(secrets)}
    rows = (await session.execute(_ACTIVITIES, given)).all()
    found = await plans.of(session, rows)
    return {
        row.id: Site(
            row,
            found[row.id],
            {bytes(secret): (device, gate) for secret, device, gate in row.devices},
        )
        for row in rows
    }


_NAMES = tuple(each.name for each in fields(Record))
_COLUMNS = ", ".join(f"s.{name}" for name in _NAMES)
_KNOWN = text(
    f"SELECT {_COLUMNS}, r.ticket_id "  # noqa: S608 - names of our own
    "FROM unnest(CAST(:gates AS uuid[]), CAST(:scans AS uuid[])) AS given(gate_id, scan_id) "
    "CROSS JOIN LATERAL (SELECT * FROM scan WHERE gate_id = given.gate_id "
    "AND scan_id = given.scan_id LIMIT 1) s LEFT JOIN registration r ON r.id = s.registration_id"
)
_WAYS = text(
    f"SELECT {_COLUMNS} "  # noqa: S608
    "FROM unnest(CAST(:ids AS uuid[])) AS given(id) CROSS JOIN LATERAL (SELECT * FROM scan "
    "WHERE registration_id = given.id AND result <> 'refused' ORDER BY at, id) s"
)
_UNKNOWN = text(
    f"SELECT {_COLUMNS} FROM scan s WHERE s.digest = ANY(CAST(:digests AS bytea[]))"  # noqa: S608
)
# Each part is looked up by itself. Of an activity there are many registrations, of a talent few.
# LIMIT 1 has an index looked into for each scan; of EXISTS the planner makes one reading of all.
_SHOWN = text(
    """
    SELECT (
        SELECT true FROM scan WHERE gate_id = given.gate_id AND scan_id = given.scan_id LIMIT 1
    ) AS known, given.gate_id, given.scan_id, code.talent_id AS holder, code.serial < (
        SELECT max(newer.serial) FROM talent_code newer WHERE newer.talent_id = code.talent_id
    ) AS superseded, r.id, r.talent_id, r.ticket_id, r.status, r.changed_at,
    a.id AS attendance_id, a.attended_on, a.revoked_at, a.version, (
        SELECT id FROM scan WHERE registration_id = r.id AND result <> 'refused'
        ORDER BY registration_id, at, id LIMIT 1
    ) AS former
    FROM unnest(
        CAST(:activities AS uuid[]), CAST(:gates AS uuid[]), CAST(:scans AS uuid[]),
        CAST(:digests AS bytea[]), CAST(:registrations AS uuid[])
    ) WITH ORDINALITY AS given(activity_id, gate_id, scan_id, digest, registration_id, place)
    LEFT JOIN LATERAL (
        SELECT talent_id, serial FROM talent_code WHERE digest = given.digest LIMIT 1
    ) code ON true
    LEFT JOIN LATERAL (
        SELECT id, talent_id, ticket_id, status, changed_at FROM registration
        WHERE id = given.registration_id AND activity_id = given.activity_id
        UNION ALL (
            SELECT id, talent_id, ticket_id, status, changed_at FROM registration
            WHERE talent_id = code.talent_id
            AND activity_id IS NOT DISTINCT FROM given.activity_id
            ORDER BY status = 'confirmed' DESC, place DESC LIMIT 1
        )
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT id, attended_on, revoked_at, version FROM attendance
        WHERE registration_id = r.id LIMIT 1
    ) a ON true
    ORDER BY given.place
    """
)


async def known(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[Record, UUID | None]]:
    """Return scans by gate and the device's id, each with the ticket that was shown."""
    if not pairs:
        return {}
    given = {"gates": [gate for gate, _ in pairs], "scans": [scan for _, scan in pairs]}
    found = await session.execute(_KNOWN, given)
    return {(row.gate_id, row.scan_id): (Record(*row[:-1]), row.ticket_id) for row in found}


async def shown(session: AsyncSession, scans: Sequence[Scanned]) -> Sequence[Any]:
    """Return whose each code or ticket is, in their order, and whether the scan is known."""
    given = {
        "activities": [scan.activity_id for scan in scans],
        "gates": [scan.gate_id for scan in scans],
        "scans": [scan.scan_id for scan in scans],
        "digests": [scan.shown.digest for scan in scans],
        "registrations": [scan.shown.registration_id for scan in scans],
    }
    return (await session.execute(_SHOWN, given)).all()


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


_CHANGED = ("registration_id", "meeting_id", "digest", "at", "device_at", "result", "reason")
_TURNED = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _CHANGED
)


async def save(session: AsyncSession, records: Sequence[Record]) -> None:
    """Save scans, and what known ones have turned out to be."""
    rows = [{name: getattr(record, name) for name in _NAMES} for record in records]
    await insert_many(session, Scan.__table__, rows, _TURNED)  # type: ignore[attr-defined]


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
