"""Revocation: announced with its reason, the unit's case heard, then decided or dropped."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_rules import WorkingCalendar

from ..deadlines.service import Due, Subject, keep
from ..models.revocations import Revocation
from ..models.stations import Station
from ..stations import service as stations
from ..stations.errors import StationState
from ..stations.schemas import StationOut
from ..stations.states import CLOSED, Status
from ..terms.service import terms_at
from . import errors, repository
from .rules import may_decide, may_state, state_by
from .schemas import Reasoned, RevocationOut, RevocationReason, Statement
from .service import close, require_closing_office, to_change


async def announce(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    station_id: UUID,
    given: RevocationReason,
) -> RevocationOut:
    """Announce that a station is to be revoked; from today on its unit may state its case."""
    station = await stations.of_office(session, clock, who, station_id, for_update=True)
    await require_closing_office(session, clock, who, station)
    if station.status in CLOSED:
        raise StationState(state=station.status)
    before = await repository.revocation(session, station.id)
    if before is not None and before.status == "open":
        raise errors.NoticeStands
    now, today = clock.now(), local_date(clock.now())
    terms = await terms_at(session, station.region, today)
    row = Revocation(
        id=new_id(),
        station_id=station.id,
        status="open",
        reason=given.reason,
        noticed_on=today,
        days=terms["NOTICE_REVOCATION"],
        created_at=now,
        changed_at=now,
        version=1,
    )
    session.add(row)
    await session.flush()
    await _keep_deadline(session, clock, station, row)
    await _note(session, clock, who, station, "revocation_noticed", row)
    return _shown(keyring, row)


async def read(
    session: AsyncSession, clock: Clock, keyring: Keyring, who: Principal, station_id: UUID
) -> RevocationOut:
    """Return the last notice to the unit and to staff of the region."""
    station = await stations.seen_by(session, clock, who, station_id)
    row = await repository.revocation(session, station.id)
    if row is None:
        raise errors.NoticeNotFound
    return _shown(keyring, row)


async def state_case(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    station_id: UUID,
    given: Statement,
) -> RevocationOut:
    """State the unit's case, once, until the last day."""
    # Before the notice, as where the office decides: its history is locked along with it.
    station = await stations.of_unit(session, who, station_id, for_update=True)
    row = await _open(session, station)
    if row.stated_at is not None:
        raise errors.AlreadyStated
    if not may_state(_last(row), local_date(clock.now())):
        raise errors.TooLateToState
    row.statement_sealed = keyring.seal(given.words.encode(), _place(row.id))
    row.stated_at = clock.now()
    await _changed(session, clock, station, row)
    await _note(session, clock, who, station, "case_stated", row)
    return _shown(keyring, row)


async def drop(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    station_id: UUID,
    given: RevocationReason,
) -> RevocationOut:
    """Drop a notice: the station goes on."""
    station = await stations.of_office(session, clock, who, station_id, for_update=True)
    await require_closing_office(session, clock, who, station)
    row = await _open(session, station)
    row.status = "dropped"
    await _changed(session, clock, station, row)
    await _note(session, clock, who, station, "revocation_dropped", row, reason=given.reason)
    return _shown(keyring, row)


async def revoke(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    version: int,
    given: Reasoned,
) -> StationOut:
    """Revoke a station after its unit was heard, once no fellow is in it any more."""
    station = await to_change(session, clock, who, station_id, version, given)
    await require_closing_office(session, clock, who, station)
    row = await _open(session, station)
    last = _last(row)
    if not may_decide(last, local_date(clock.now()), stated=row.stated_at is not None):
        raise errors.NoticeRunning(state_by=last and last.isoformat())
    row.status = "decided"
    await _changed(session, clock, station, row)
    return await close(session, clock, who, station, Status.REVOKED, given, notice=str(row.id))


async def _open(session: AsyncSession, station: Station) -> Revocation:
    row = await repository.revocation(session, station.id, for_update=True)
    if row is None or row.status != "open":
        raise errors.NoticeNotFound
    return row


def _last(row: Revocation) -> date | None:
    return state_by(row.noticed_on, row.days, WorkingCalendar())


async def _changed(session: AsyncSession, clock: Clock, station: Station, row: Revocation) -> None:
    row.changed_at = clock.now()
    row.version += 1
    await session.flush()
    await _keep_deadline(session, clock, station, row)


async def _keep_deadline(
    session: AsyncSession, clock: Clock, station: Station, row: Revocation
) -> None:
    """Keep by when the unit may state its case."""
    last, due = _last(row), []
    if row.status == "open" and row.stated_at is None and last is not None:
        terms = await terms_at(session, station.region, row.noticed_on)
        ahead = last - timedelta(days=terms["REVIEW_REMIND"])
        due = [Due("case_stating", last, max(row.noticed_on, ahead))]
    subject = Subject(
        "station", row.id, station.region, station_id=station.id, unit_id=station.unit_id
    )
    await keep(session, clock, subject, due)


async def _note(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station: Station,
    kind: str,
    row: Revocation,
    **detail: str,
) -> None:
    today = local_date(clock.now())
    await stations.note(
        session, clock, who.subject, station, kind, today, notice=str(row.id), **detail
    )


def _place(revocation_id: UUID) -> bytes:
    return f"revocation.statement:{revocation_id}".encode()


def _shown(keyring: Keyring, row: Revocation) -> RevocationOut:
    words = row.statement_sealed
    return RevocationOut(
        **row.model_dump(exclude={"statement_sealed", "created_at", "changed_at"}),
        state_by=_last(row),
        statement=None if words is None else keyring.open(words, _place(row.id)).decode(),
    )
