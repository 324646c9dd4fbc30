"""What scans come to: whose they are, whether they may pass, and who was there.

Scans of one activity are decided one transaction after another, whatever the gate, so that nobody
enters by two doors at once. Where devices that had no network bring theirs, the first instant wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_gate.admission import Meeting, Reason, meeting_for, outcomes
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.problems import Problem, Unauthenticated

from ..activities.errors import ActivityNotFound
from ..activities.schemas import RECRUITING
from ..activities.states import Status as ActivityStatus
from ..attendance import service as attendance
from ..gates.access import Doorkeeper
from ..gates.errors import GateNotFound
from ..models.gates import Fact
from ..registrations.rules import Status
from . import repository
from .repository import Plans, Record, Site
from .scans import Scanned, Shown
from .schemas import Verdict

COUNTED, CONFLICT, REFUSED = "counted", "conflict", "refused"
_ENDED = frozenset({Status.CANCELLED, Status.LAPSED})


Fresh = tuple[Scanned, Record, Any]
"""A scan that is to be decided, what is kept of it, and the row of what was shown."""


async def decide(
    plans: Plans, session: AsyncSession, clock: Clock, scans: Sequence[Scanned]
) -> list[Verdict | Problem]:
    """Decide scans in their order, all in this transaction; one that is known stays as it was."""
    secrets = {scan.door.secret_hash for scan in scans if scan.door.secret_hash is not None}
    sites = await repository.hold(session, plans, {scan.activity_id for scan in scans}, secrets)
    rows = await repository.shown(session, scans)
    pairs = {(row.gate_id, row.scan_id) for row in rows if row.known}
    known = await repository.known(session, pairs)
    answers: list[Problem | tuple[Record, UUID | None]] = []
    fresh: list[Fresh] = []
    for scan, row in zip(scans, rows, strict=True):
        try:
            by = _scanned_by(scan, sites.get(scan.activity_id))
        except Problem as problem:
            answers.append(problem)
            continue
        key = scan.gate_id, scan.scan_id
        record, ticket = known.get(key, (None, None))
        if record is None or (record.result == REFUSED and scan.let_in):
            # Refused here, yet let in: the answer had not reached the device.
            record = _record(clock, scan, by, None if record is None else record.id)
            known[key] = record, None
            fresh.append((scan, record, row))
        answers.append((record, ticket))
    tickets = await _decide(session, clock, sites, fresh)
    return [
        answer if isinstance(answer, Problem) else _verdict(sites, *answer, tickets)
        for answer in answers
    ]


async def decide_again(session: AsyncSession, clock: Clock, records: Sequence[Record]) -> None:
    """Decide scans of codes that nobody knew, now that their talents are known."""
    activity_ids = {record.activity_id for record in records}
    sites = await repository.hold(session, Plans(), activity_ids)
    nobody = Doorkeeper(None, None)
    again = [
        Scanned(
            nobody,
            record.activity_id,
            record.gate_id,
            record.scan_id,
            Shown(digest=record.digest),
            record.out,
            at=record.at,
            device_at=record.device_at,
            let_in=True,
        )
        for record in records
    ]
    rows = await repository.shown(session, again)
    await _decide(session, clock, sites, list(zip(again, records, rows, strict=True)))


def _scanned_by(scan: Scanned, site: Site | None) -> str:
    """Return who scanned; raises what speaks against their scanning here."""
    secret = scan.door.secret_hash
    if secret is not None:
        if site is None or secret not in site.devices:
            raise Unauthenticated
        device_id, gate_id = site.devices[secret]
        if gate_id != scan.gate_id:
            raise GateNotFound
        return str(device_id)
    if site is None or site.activity.organiser != scan.door.login:
        raise ActivityNotFound
    if scan.gate_id not in site.plan.gates:
        raise GateNotFound
    return str(scan.door.login)


def _record(clock: Clock, scan: Scanned, by: str, former: UUID | None) -> Record:
    now = clock.now()
    return Record(
        id=former or new_id(),
        scan_id=scan.scan_id,
        activity_id=scan.activity_id,
        gate_id=scan.gate_id,
        scanned_by=by,
        out=scan.out,
        registration_id=None,
        meeting_id=None,
        digest=None,
        at=scan.at or now,
        device_at=scan.device_at,
        received_at=now,
        result=REFUSED,
        reason=scan.turned_away or scan.shown.fault,
    )


async def _decide(
    session: AsyncSession,
    clock: Clock,
    sites: Mapping[UUID, Site],
    fresh: Sequence[Fresh],
) -> dict[UUID, UUID]:
    """Decide and save scans; return the ticket of each registration that was shown."""
    if not fresh:
        return {}
    passing: list[Record] = []
    owners: dict[UUID, Any] = {}
    for scan, record, row in fresh:
        if row.id is not None:
            owners[row.id] = row
        if scan.let_in is False:
            continue
        site = sites[scan.activity_id]
        found = _where(site, scan, record, row)
        record.registration_id = row.id
        record.digest = None
        if isinstance(found, UUID) or found is None:
            record.meeting_id, record.result, record.reason = found, COUNTED, None
            passing.append(record)
            continue
        unknown = found == Reason.UNKNOWN_CODE
        let_in = scan.let_in or (unknown and record.gate_id in site.plan.lenient)
        record.result, record.reason = CONFLICT if let_in else REFUSED, str(found)
        if unknown and let_in:
            record.digest = scan.shown.digest
    decided_here = {record.id for scan, record, _ in fresh if scan.let_in is None}
    turned = await _in_order(session, clock, sites, owners, passing, decided_here)
    known = {record.id for record in turned}
    added = [record for _, record, _ in fresh if record.id not in known]
    await repository.save(session, [*added, *turned])
    return {key: row.ticket_id for key, row in owners.items()}


def _where(site: Site, scan: Scanned, record: Record, row: Any) -> UUID | str | None:
    """Return to which session somebody passes, none on the way out, or why they may not."""
    if scan.shown.fault is not None:
        return scan.shown.fault
    if scan.shown.digest is not None:
        if row.holder is None:
            return Reason.UNKNOWN_CODE
        if row.superseded:
            return Reason.SUPERSEDED
    if row.id is None:
        return Reason.NOT_REGISTERED
    if site.activity.status == ActivityStatus.CANCELLED and record.at >= site.activity.changed_at:
        return Reason.CANCELLED
    if row.status in _ENDED:
        if record.at >= row.changed_at:
            return Reason.CANCELLED
    elif row.status != Status.CONFIRMED:
        return Reason.NOT_CONFIRMED
    if record.out:
        return None
    meetings: Iterable[Meeting] = site.plan.meetings.values()
    admits_to = site.plan.tickets[row.ticket_id].admits_to
    gate = site.plan.gates[record.gate_id]
    return meeting_for(gate, meetings, row.ticket_id, admits_to, record.at)


async def _in_order(
    session: AsyncSession,
    clock: Clock,
    sites: Mapping[UUID, Site],
    owners: Mapping[UUID, Any],
    passing: Sequence[Record],
    decided_here: set[UUID],
) -> list[Record]:
    """Settle people's ways in and out by when they were; return those known before that turned.

    Of somebody for whom this process decides now, a way that is not possible is refused; where they
    were let in already, it is a conflict.
    """
    here = {record.id for record in passing}
    been = {key for key, row in owners.items() if row.former is not None}
    before = await repository.ways(session, been & {each.registration_id for each in passing})
    ways: dict[UUID, list[Record]] = defaultdict(list)
    # One that is decided again is in both.
    for record in [*(record for record in before if record.id not in here), *passing]:
        if record.registration_id is not None:
            ways[record.registration_id].append(record)
    turned: list[Record] = []
    there: list[Fact] = []
    for registration_id, theirs in ways.items():
        site = sites[theirs[0].activity_id]
        in_order = sorted(theirs, key=lambda record: (record.at, record.id))
        for record, outcome in outcomes(site.plan.gates, in_order):
            former = record.result, record.reason
            record.meeting_id = outcome.meeting_id
            record.reason = None if outcome.reason is None else str(outcome.reason)
            impossible = REFUSED if record.id in decided_here else CONFLICT
            record.result = COUNTED if outcome.reason is None else impossible
            if record.id not in here and former != (record.result, record.reason):
                turned.append(record)
        if row := _attended(site, owners[registration_id], in_order):
            there.append(row)
    certified = {key for key, site in sites.items() if site.activity.hours is not None}
    await attendance.confirm(session, clock, there, certified)
    return turned


def _attended(site: Site, owner: Any, ways: Sequence[Record]) -> Fact | None:
    """Return an attendance that is to be told: a first one, or of an earlier day than was told."""
    first = next(
        (
            way
            for way in ways
            if way.result == COUNTED and not way.out and way.gate_id in site.plan.counting
        ),
        None,
    )
    if first is None or first.meeting_id is None or owner.revoked_at is not None:
        return None
    day = local_date(first.at)
    if owner.attendance_id is not None and owner.attended_on <= day:
        return None
    return Fact(
        id=owner.attendance_id or new_id(),
        activity_id=site.activity.id,
        registration_id=owner.id,
        talent_id=owner.talent_id,
        kind=site.activity.kind,
        host=site.activity.host,
        region=site.activity.region,
        held_in=site.plan.held_in[first.meeting_id],
        recruitment=site.activity.kind in RECRUITING,
        invited=site.plan.tickets[owner.ticket_id].invited,
        attended_on=day,
        version=(owner.version or 0) + 1,
    )


def _verdict(
    sites: Mapping[UUID, Site],
    record: Record,
    ticket_id: UUID | None,
    tickets: Mapping[UUID, UUID],
) -> Verdict:
    site = sites[record.activity_id]
    if record.registration_id is not None:
        ticket_id = tickets.get(record.registration_id, ticket_id)
    ticket = None if ticket_id is None else site.plan.tickets[ticket_id].name
    meeting = None if record.meeting_id is None else site.plan.meetings[record.meeting_id].name
    return Verdict(
        scan_id=record.scan_id,
        admitted=record.result != REFUSED,
        counted=record.result == COUNTED,
        reason=record.reason,
        ticket=ticket,
        meeting=meeting,
        at=record.at,
    )
