"""The life cycle as a state machine: what the entries of a fellowship come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from .acts import ACTS, FIRST, IN_STATION, Kind, Status
from .errors import BeforeEntry, DatesOutOfOrder, FellowState, StepMissing


@dataclass(frozen=True)
class Entry:
    """Something that happened; `corrects` names the entry in whose place it stands."""

    id: UUID
    number: int
    kind: Kind
    on: date
    detail: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None


@dataclass(frozen=True)
class Away:
    """A leave or a stay abroad; `until` is its last day, `back_on` the day of the return."""

    overseas: bool
    from_on: date
    until: date
    back_on: date | None = None


@dataclass(frozen=True)
class Proposal:
    """A transfer on its way."""

    station_id: str
    agreed: bool = False


@dataclass(frozen=True)
class State:
    """What a fellowship's entries come to."""

    status: Status
    last_on: date
    """The day of the last step of the life cycle."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Advisor, discipline and whatever else the application said, as it is now."""
    consented: bool = False
    excepted: frozenset[str] = frozenset()
    objections: int = 0
    """That stand."""
    notice_on: date | None = None
    entered_on: date | None = None
    counted_from: date | None = None
    """The day of the entry, of the first station where it moved: periods count from here."""
    term_until: date | None = None
    ended_on: date | None = None
    proved_on: date | None = None
    """When the certificate was brought."""
    doctorate_on: date | None = None
    opening: tuple[tuple[date, bool], ...] = ()
    """Opening reports, each with whether it passed."""
    midterm: str | None = None
    absences: tuple[tuple[date, date], ...] = ()
    aways: tuple[Away, ...] = ()
    proposal: Proposal | None = None
    extension_asked: date | None = None
    """Until when the unit asks the office for an extension that nobody has decided on."""
    exit_applied_on: date | None = None
    exit_grade: str | None = None
    exit_attempt: int = 1
    """Which assessment on exit counts: the second, where the office allowed one."""
    exit_failed_on: date | None = None
    """The day of the first, where it failed."""

    @property
    def live(self) -> bool:
        """Whether it keeps the doctor from entering another station."""
        return self.status in IN_STATION

    @property
    def away(self) -> Away | None:
        """The leave or stay abroad from which nobody returned yet."""
        return self.aways[-1] if self.aways and self.aways[-1].back_on is None else None

    @property
    def opened(self) -> bool:
        """Whether an opening report passed."""
        return any(passed for _, passed in self.opening)


_OPENINGS = 2
"""An opening report and its one retry."""

Check = Callable[[State, Entry], None]


def fold(entries: Sequence[Entry], check: Check | None = None) -> State:
    """Return what entries come to, corrections in the place of what they correct.

    Raises FellowState, StepMissing, BeforeEntry or DatesOutOfOrder for what does not follow from
    what came before, or whatever `check` raises of an entry and the state before it.
    """
    first, *rest = standing(entries)
    state = _begun(first)
    for entry in rest:
        followed = follow(state, entry)
        if check is not None:
            check(state, entry)
        state = followed
    return state


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries as they stand: each as its last correction says, without those voided."""
    by_corrected = {each.corrects: each for each in entries if each.corrects is not None}
    found = []
    for entry in sorted(entries, key=lambda each: each.number):
        if entry.corrects is not None:
            continue
        last = entry
        while last.id in by_corrected:
            last = by_corrected[last.id]
        if not last.detail.get("void"):
            found.append(replace(entry, on=last.on, detail=last.detail))
    return found


def follow(state: State, entry: Entry) -> State:
    """Return the state after one more entry; raises as `fold` does."""
    act = ACTS[entry.kind]
    if state.status not in act.at:
        raise FellowState(state=state.status, act=entry.kind)
    if state.entered_on is not None and entry.on < state.entered_on:
        raise BeforeEntry(field="body.on", entered_on=state.entered_on.isoformat())
    if act.step and entry.on < state.last_on:
        raise DatesOutOfOrder(field="body.on", earliest=state.last_on.isoformat())
    followed = _followed(state, entry)
    return replace(followed, last_on=entry.on) if act.step else followed


def _begun(entry: Entry) -> State:
    if entry.kind not in FIRST:
        raise FellowState(state=None, act=entry.kind)
    detail = entry.detail
    begun = State(
        Status.APPLIED,
        entry.on,
        given=detail,
        consented=bool(detail.get("candidacy_id")),
        doctorate_on=_day(detail.get("doctorate_on")),
        proved_on=entry.on if detail["doctorate"] == "held" else None,
    )
    if entry.kind is Kind.APPLIED:
        return begun
    inside = replace(
        begun,
        status=Status.ENTERED,
        entered_on=entry.on,
        counted_from=_day(detail.get("counted_from")) or entry.on,
        term_until=date.fromisoformat(detail["term_until"]),
        opening=((entry.on, True),) if detail.get("opened") else (),
        midterm=detail.get("midterm"),
    )
    if "ended" not in detail:
        return inside
    ended_on = date.fromisoformat(detail["ended_on"])
    return replace(inside, status=Status(detail["ended"]), ended_on=ended_on, last_on=ended_on)


def _followed(state: State, entry: Entry) -> State:
    detail, on = entry.detail, entry.on
    match entry.kind:
        case Kind.CONSENTED:
            _require(not state.consented, state, entry)
            return replace(state, consented=True)
        case Kind.EXCEPTED:
            return replace(state, excepted=state.excepted | set(detail["conditions"]))
        case Kind.SUBMITTED:
            _require_step(state.consented, "consented")
            return replace(state, status=Status.PANEL)
        case Kind.ENTRY_PANEL if detail["passed"]:
            return replace(state, status=Status.NOTICE, notice_on=on)
        case Kind.OBJECTION_RAISED:
            return replace(state, objections=state.objections + 1)
        case Kind.OBJECTION_SETTLED:
            _require(state.objections > 0, state, entry)
            status = Status.REFUSED if detail["upheld"] else state.status
            return replace(state, objections=state.objections - 1, status=status)
        case Kind.NOTICE_ENDED:
            _require(state.objections == 0, state, entry)
            return replace(state, status=Status.ADMITTED)
        case Kind.REFUSED | Kind.ENTRY_PANEL:
            return replace(state, status=Status.REFUSED)
        case Kind.WITHDRAWN:
            return replace(state, status=Status.WITHDRAWN)
        case Kind.ENTERED:
            term = date.fromisoformat(detail["term_until"])
            return replace(
                state, status=Status.ENTERED, entered_on=on, counted_from=on, term_until=term
            )
        case Kind.OPENING_REPORT | Kind.MIDTERM | Kind.EXIT_PANEL:
            return _assessed(state, entry)
        case Kind.TRANSFER_PROPOSED | Kind.TRANSFER_AGREED | Kind.TRANSFER_DROPPED:
            return _transferring(state, entry)
        case Kind.TRANSFERRED | Kind.EXITED | Kind.LEFT_EARLY | Kind.DIED:
            agreed = state.proposal is not None and state.proposal.agreed
            _require_step(entry.kind is not Kind.TRANSFERRED or agreed, "transfer_agreed")
            return replace(state, status=Status(entry.kind), ended_on=on, proposal=None)
        case Kind.EXIT_APPLIED:
            _require_step(state.opened, "opening_report")
            _require_step(state.away is None, "returned")
            return replace(
                state,
                status=Status.EXIT_APPLIED,
                exit_applied_on=on,
                proposal=None,
                extension_asked=None,
            )
        case Kind.EXIT_RETRY:
            _require(state.exit_failed_on is not None and state.exit_attempt == 1, state, entry)
            return replace(state, status=Status.EXIT_APPLIED, exit_attempt=2)
        case _:
            return _meanwhile(state, entry)


def _assessed(state: State, entry: Entry) -> State:
    if entry.kind is Kind.OPENING_REPORT:
        _require(not state.opened and len(state.opening) < _OPENINGS, state, entry)
        opening = (*state.opening, (entry.on, bool(entry.detail["passed"])))
        failed = len(opening) == _OPENINGS and not opening[-1][1]
        status = Status.LEAVING if failed else state.status
        return replace(state, opening=opening, status=status)
    grade, passed = entry.detail["grade"], bool(entry.detail["passed"])
    if entry.kind is Kind.MIDTERM:
        _require(state.midterm is None, state, entry)
        _require_step(state.opened, "opening_report")
        status = state.status if passed else Status.LEAVING
        return replace(state, midterm=grade, status=status)
    if passed:
        return replace(state, exit_grade=grade, status=Status.EXIT_ASSESSED)
    failed_on = state.exit_failed_on or entry.on
    return replace(state, exit_grade=grade, status=Status.LEAVING, exit_failed_on=failed_on)


def _transferring(state: State, entry: Entry) -> State:
    if entry.kind is Kind.TRANSFER_PROPOSED:
        _require(state.proposal is None, state, entry)
        return replace(state, proposal=Proposal(entry.detail["station_id"]))
    if state.proposal is None:
        raise StepMissing(needed="transfer_proposed")
    if entry.kind is Kind.TRANSFER_DROPPED:
        return replace(state, proposal=None)
    _require(not state.proposal.agreed, state, entry)
    return replace(state, proposal=replace(state.proposal, agreed=True))


def _meanwhile(state: State, entry: Entry) -> State:
    """What happens in a station without leading from one state to another."""
    detail, on = entry.detail, entry.on
    match entry.kind:
        case Kind.DOCTORATE_PROVED:
            _require(state.proved_on is None, state, entry)
            held = {**state.given, "doctorate": "held"}
            day = date.fromisoformat(detail["doctorate_on"])
            return replace(state, proved_on=on, doctorate_on=day, given=held)
        case Kind.EXTENDED:
            return replace(state, term_until=_longer(state, entry))
        case Kind.EXTENSION_ASKED:
            _require(state.extension_asked is None, state, entry)
            return replace(state, extension_asked=_longer(state, entry))
        case Kind.EXTENSION_APPROVED:
            _require_step(state.extension_asked is not None, "extension_asked")
            return replace(state, term_until=_longer(state, entry), extension_asked=None)
        case Kind.EXTENSION_REFUSED:
            _require_step(state.extension_asked is not None, "extension_asked")
            return replace(state, extension_asked=None)
        case Kind.ADVISOR_CHANGED:
            return replace(state, given={**state.given, "advisor_id": detail["advisor_id"]})
        case Kind.ABSENT:
            span = (on, date.fromisoformat(detail["until"]))
            return replace(state, absences=(*state.absences, span))
        case Kind.LEAVE | Kind.OVERSEAS:
            _require(state.away is None, state, entry)
            until = date.fromisoformat(detail["until"])
            away = Away(entry.kind is Kind.OVERSEAS, on, until)
            return replace(state, aways=(*state.aways, away))
        case _:
            if state.away is None:
                raise StepMissing(needed="leave")
            if on <= state.away.from_on:
                earliest = state.away.from_on.isoformat()
                raise DatesOutOfOrder(field="body.on", earliest=earliest)
            back = replace(state.away, back_on=on)
            return replace(state, aways=(*state.aways[:-1], back))


def _longer(state: State, entry: Entry) -> date:
    """Return the last day that an extension makes; raises DatesOutOfOrder where it is none."""
    term = date.fromisoformat(entry.detail["term_until"])
    if state.term_until is None or term <= state.term_until:
        earliest = None if state.term_until is None else state.term_until.isoformat()
        raise DatesOutOfOrder(field="body.term_until", earliest=earliest)
    return term


def _require(holds: bool, state: State, entry: Entry) -> None:
    if not holds:
        raise FellowState(state=state.status, act=entry.kind)


def _require_step(done: bool, needed: str) -> None:
    if not done:
        raise StepMissing(needed=needed)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
