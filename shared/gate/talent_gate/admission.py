"""Who is let in at a gate, decided alike by the service and by a device without a network. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID


class Reason(StrEnum):
    """Why somebody is not let in; of what is wrong with a code itself, `talent_code`'s names."""

    UNKNOWN_CODE = "unknown-code"
    """Signed as it should be, but nobody here knows whose it is."""
    SUPERSEDED = "superseded"
    NOT_REGISTERED = "not-registered"
    NOT_CONFIRMED = "not-confirmed"
    """They wait for a seat, or have not accepted the one that is offered."""
    CANCELLED = "cancelled"
    OTHER_TICKET = "other-ticket"
    OUT_OF_TIME = "out-of-time"
    ALREADY_IN = "already-in"
    NOT_IN = "not-in"
    ENTRANCE_ONLY = "entrance-only"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session, as far as a gate is concerned."""

    id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """What an organiser has set for a gate.

    `once`: one entry to each session, else as often as they come. `exits`: whoever goes out is
    scanned too. `early`: how long before a session it is open for it.
    """

    once: bool
    exits: bool
    early: timedelta
    meetings: frozenset[UUID]
    tickets: frozenset[UUID]


def meeting_for(
    gate: Gate, meetings: Iterable[Meeting], ticket: UUID, admits_to: Collection[UUID], at: datetime
) -> UUID | Reason:
    """Return to which session a ticket lets somebody in at an instant, or why to none.

    Where several are open, the one that starts first.
    """
    if ticket not in gate.tickets:
        return Reason.OTHER_TICKET
    theirs = [each for each in meetings if each.id in gate.meetings and each.id in admits_to]
    if not theirs:
        return Reason.OTHER_TICKET
    now = [each for each in theirs if each.starts_at - gate.early <= at < each.ends_at]
    if not now:
        return Reason.OUT_OF_TIME
    return min(now, key=lambda each: (each.starts_at, each.id)).id


class Passage(Protocol):
    """Somebody's way through a gate; `meeting_id` is where an entry leads."""

    @property
    def gate_id(self) -> UUID: ...
    @property
    def out(self) -> bool: ...
    @property
    def meeting_id(self) -> UUID | None: ...


P = TypeVar("P", bound=Passage)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a passage counts, and for which session; else what speaks against it."""

    meeting_id: UUID | None
    reason: Reason | None = None


class Presence:
    """Where one person is: in one session at a time, and which they have entered."""

    def __init__(self) -> None:
        self.entered: set[UUID] = set()
        self.inside: UUID | None = None

    def enter(self, gate: Gate, meeting_id: UUID) -> Outcome:
        """Let them in, unless they are in already, or were and the gate lets in once."""
        again = (
            meeting_id in self.entered if gate.once else gate.exits and self.inside == meeting_id
        )
        if again:
            return Outcome(meeting_id, Reason.ALREADY_IN)
        self.entered.add(meeting_id)
        self.inside = meeting_id
        return Outcome(meeting_id)

    def leave(self, gate: Gate) -> Outcome:
        """Let them out of where they are."""
        if not gate.exits:
            return Outcome(None, Reason.ENTRANCE_ONLY)
        if self.inside is None:
            return Outcome(None, Reason.NOT_IN)
        left, self.inside = self.inside, None
        return Outcome(left)

    def pass_(self, gate: Gate, passage: Passage) -> Outcome:
        """Let them through, in or out."""
        if passage.out or passage.meeting_id is None:
            return self.leave(gate)
        return self.enter(gate, passage.meeting_id)


def outcomes(gates: Mapping[UUID, Gate], passages: Sequence[P]) -> list[tuple[P, Outcome]]:
    """Return what each of one person's passages comes to, given in the order in which they were.

    The first instant wins: of two entries where one was possible the later does not count.
    """
    presence = Presence()
    return [(each, presence.pass_(gates[each.gate_id], each)) for each in passages]
