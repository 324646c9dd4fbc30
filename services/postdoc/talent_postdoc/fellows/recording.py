"""Appending to what happened to a fellow, and making the rest follow: row, deadlines, event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    FellowEntered,
    FellowExited,
    FellowState,
    FellowUpdated,
    FellowWithdrawn,
)
from talent_kit import audit
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.personal import Erased, Vault
from talent_kit.timers import set_timer

from ..certificates import service as certificates
from ..deadlines.service import Due, Subject, keep
from ..models.fellows import Fellow, FellowEntry
from ..models.stations import Station
from ..terms.rules import Terms
from ..terms.service import terms_at
from . import errors, periods, repository
from .acts import ENDED, IN_STATION, Kind, Status
from .states import Entry, State, fold, follow, standing

_TAKEN = {
    "uq_fellow_live": errors.AlreadyInStation,
    "uq_fellow_applying": errors.AlreadyApplied,
}
NOTICE_TIMER = "fellow-notice"
SYSTEM = "system"


@dataclass(frozen=True)
class Desk:
    """In which transaction somebody records something, and by what clock."""

    session: AsyncSession
    clock: Clock
    vault: Vault
    login: str

    @property
    def today(self) -> date:
        return local_date(self.clock.now())


@dataclass
class Life:
    """A fellowship with all that happened in it."""

    fellow: Fellow
    entries: list[Entry]
    state: State


async def lived(session: AsyncSession, fellow: Fellow) -> Life:
    """Return a fellowship with its entries."""
    entries = [entry_of(row) for row in await repository.entries_of(session, fellow.id)]
    return Life(fellow, entries, fold(entries))


def entry_of(row: FellowEntry) -> Entry:
    """Return what happened as the rules see it."""
    kind = Kind(row.kind)
    return Entry(row.id, row.number, kind, row.effective_on, row.detail, row.corrects)


async def begin(desk: Desk, fellow: Fellow, kind: Kind, on: date, detail: dict[str, Any]) -> Life:
    """Begin a fellowship with its first entry; raises AlreadyInStation where it is one at once."""
    entry = Entry(new_id(), 1, kind, on, detail)
    life = Life(fellow, [entry], fold([entry]))
    desk.session.add(fellow)
    await _settle(desk, life, entry, None)
    return life


async def append(desk: Desk, life: Life, kind: Kind, on: date, detail: dict[str, Any]) -> None:
    """Add what follows; raises what the state machine and the periods refuse."""
    entry = Entry(new_id(), len(life.entries) + 1, kind, on, detail)
    followed = follow(life.state, entry)
    terms = await terms_of(desk, life.fellow.region, [*life.entries, entry])
    periods.check(life.state, entry, life.fellow.foreign, terms)
    life.entries.append(entry)
    life.state = followed
    await _settle(desk, life, entry, None)


async def correct(
    desk: Desk, life: Life, corrected: Entry, on: date, detail: dict[str, Any], reason: str
) -> None:
    """Put something in the place of an entry; raises what does not fit with the others then."""
    number = len(life.entries) + 1
    entry = Entry(new_id(), number, corrected.kind, on, detail, corrected.id)
    entries = [*life.entries, entry]
    terms = await terms_of(desk, life.fellow.region, entries)

    def check(state: State, each: Entry) -> None:
        periods.check(state, each, life.fellow.foreign, terms)

    life.state, life.entries = fold(entries, check), entries
    await _settle(desk, life, entry, reason)


async def terms_of(desk: Desk, region: str, entries: list[Entry]) -> Terms:
    """Return the figures of the day of entry, which hold for all of a fellowship; today before."""
    begun = (Kind.ENTERED, Kind.REGISTERED, Kind.MOVED_IN)
    days = [each.on for each in standing(entries) if each.kind in begun]
    return await terms_at(desk.session, region, days[0] if days else desk.today)


async def _settle(desk: Desk, life: Life, entry: Entry, reason: str | None) -> None:
    """Save an entry, and what the fellowship has come to by it."""
    fellow, session = life.fellow, desk.session
    before, entered_before = told_as(fellow), fellow.entered_on
    write(fellow, life.state)
    if entry.number > 1:
        fellow.version += 1
    fellow.changed_at = desk.clock.now()
    try:
        await session.flush()
    except IntegrityError as error:
        taken = _TAKEN.get(violated_constraint(error) or "")
        if taken is None:
            raise
        raise taken from error
    detail = dict(entry.detail)
    if reason is not None:
        try:
            key = await desk.vault.data_key(session, fellow.talent_id)
        except Erased as error:
            raise errors.TalentNotFound from error
        detail["reason"] = key.seal(reason, "fellow_entry", "reason", entry.id).hex()
    session.add(row_of(desk, fellow, entry, detail))
    await session.flush()
    await _record(desk, fellow, entry)
    terms = await terms_of(desk, fellow.region, life.entries)
    await _keep_deadlines(desk, life, terms)
    if life.state.status is Status.NOTICE and life.state.notice_on and not life.state.objections:
        last = periods.notice_until(life.state.notice_on, terms["ENTRY_NOTICE"])
        due = local_midnight(last + timedelta(1))
        await set_timer(session, NOTICE_TIMER, str(fellow.id), due)
    await _tell(desk, fellow, before, entered_before)


def write(fellow: Fellow, state: State) -> None:
    """Make the row what the entries come to."""
    given = state.given
    fellow.status, fellow.live = state.status, state.live
    fellow.entered_on, fellow.term_until = state.entered_on, state.term_until
    fellow.ended_on, fellow.doctorate_on = state.ended_on, state.doctorate_on
    fellow.exit_attempt = state.exit_attempt
    fellow.doctorate = given["doctorate"]
    fellow.discipline, fellow.arrangement = given["discipline"], given["arrangement"]
    advisor = given.get("advisor_id")
    fellow.advisor_id = UUID(advisor) if advisor else None
    proposed = state.proposal if state.status is Status.ENTERED else None
    fellow.transfer_to = UUID(proposed.station_id) if proposed else None


def row_of(desk: Desk, fellow: Fellow, entry: Entry, detail: dict[str, Any]) -> FellowEntry:
    """Return an entry as a row, with its detail as it is kept."""
    return FellowEntry(
        id=entry.id,
        fellow_id=fellow.id,
        number=entry.number,
        kind=entry.kind,
        effective_on=entry.on,
        detail=detail,
        corrects=entry.corrects,
        recorded_by=desk.login,
        recorded_at=desk.clock.now(),
    )


async def _record(desk: Desk, fellow: Fellow, entry: Entry) -> None:
    detail = {"entry": str(entry.id), "version": fellow.version}
    if entry.corrects is not None:
        detail["corrects"] = str(entry.corrects)
    await audit.record(
        desk.session,
        desk.clock,
        actor=desk.login,
        action=f"fellow.{entry.kind}",
        subject=f"fellow:{fellow.id}",
        region=fellow.region,
        detail=detail,
    )


async def _keep_deadlines(desk: Desk, life: Life, terms: Terms) -> None:
    fellow = life.fellow
    ahead = timedelta(days=terms["REMIND_AHEAD"])
    due = periods.due(life.state, fellow.foreign, terms)
    subject = Subject(
        "fellow", fellow.id, fellow.region, fellow.station_id, fellow.unit_id, fellow.talent_id
    )
    wanted = [Due(kind, until, until - ahead) for kind, until in due.items()]
    await keep(desk.session, desk.clock, subject, wanted)


def told_as(fellow: Fellow) -> str | None:
    """Return the status by which others know a fellowship, None before its entry."""
    if fellow.status in IN_STATION:
        return "in_station"
    if fellow.status in ENDED:
        return "completed" if fellow.status == Status.EXITED else "left_early"
    return None


_KINDS: Mapping[str, type[FellowState]] = {
    "in_station": FellowEntered,
    "completed": FellowExited,
    "left_early": FellowWithdrawn,
}


async def _tell(
    desk: Desk, fellow: Fellow, before: str | None, entered_before: date | None
) -> None:
    """Tell what has become of it, to whom it was told of before."""
    now = told_as(fellow)
    if before is None and now is None:
        return
    station = await desk.session.get_one(Station, fellow.station_id)
    completed = now == "completed"
    await certificates.follow(desk.session, desk.clock, fellow, station, completed=completed)
    changed = now is not None and now != before and (before is None or now != "in_station")
    kind = _KINDS[now] if changed and now is not None else FellowUpdated
    if now is None:  # The entry itself turned out not to have been.
        gone = {"status": "left_early", "entered_on": entered_before, "ended_on": entered_before}
        event = state_event(FellowWithdrawn, fellow, station, **gone)
    else:
        event = state_event(kind, fellow, station)
    await save_event(desk.session, desk.clock, event)


def state_event(
    kind: type[FellowState], fellow: Fellow, station: Station, **instead: Any
) -> FellowState:
    """Return a fellowship as an event, once it has entered."""
    known = fellow.model_dump(
        include={"talent_id", "station_id", "region", "entry", "doctorate", "version"}
        | {"entered_on", "ended_on"}
    )
    return kind(
        **{
            **known,
            "fellow_id": fellow.id,
            "station_kind": station.kind,
            "employer_id": fellow.unit_id,
            "status": told_as(fellow),
            "transferred": fellow.status == Status.TRANSFERRED,
            **instead,
        }
    )
