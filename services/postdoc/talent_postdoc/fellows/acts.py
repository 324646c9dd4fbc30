"""What may happen in a fellowship: who records it, and in which states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a fellowship stands."""

    APPLIED = "applied"
    PANEL = "panel"
    """Complete, and before the entry panel."""
    NOTICE = "notice"
    """Passed, and published for objections (公示)."""
    ADMITTED = "admitted"
    """The notice is over: may enter."""
    ENTERED = "entered"
    LEAVING = "leaving"
    """Failed an assessment: what is left is to leave."""
    EXIT_APPLIED = "exit_applied"
    EXIT_ASSESSED = "exit_assessed"
    """The exit panel passed it."""
    EXITED = "exited"
    LEFT_EARLY = "left_early"
    TRANSFERRED = "transferred"
    DIED = "died"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


BEFORE = frozenset({Status.APPLIED, Status.PANEL, Status.NOTICE, Status.ADMITTED})
IN_STATION = frozenset({Status.ENTERED, Status.LEAVING, Status.EXIT_APPLIED, Status.EXIT_ASSESSED})
ENDED = frozenset({Status.EXITED, Status.LEFT_EARLY, Status.TRANSFERRED, Status.DIED})


class Kind(StrEnum):
    """What may happen in a fellowship."""

    APPLIED = "applied"
    REGISTERED = "registered"
    """Taken over from a former register: in the station already, or gone from it since."""
    MOVED_IN = "moved_in"
    """The first entry of one who came by a transfer."""
    CONSENTED = "consented"
    EXCEPTED = "excepted"
    """The office approved beforehand that conditions are not met (事前审批)."""
    SUBMITTED = "submitted"
    ENTRY_PANEL = "entry_panel"
    OBJECTION_RAISED = "objection_raised"
    OBJECTION_SETTLED = "objection_settled"
    NOTICE_ENDED = "notice_ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENTERED = "entered"
    DOCTORATE_PROVED = "doctorate_proved"
    OPENING_REPORT = "opening_report"
    MIDTERM = "midterm"
    EXTENDED = "extended"
    """Within the usual longest time, as fellow and unit agree."""
    EXTENSION_ASKED = "extension_asked"
    """Beyond it, which an office has to approve."""
    EXTENSION_APPROVED = "extension_approved"
    EXTENSION_REFUSED = "extension_refused"
    ADVISOR_CHANGED = "advisor_changed"
    ABSENT = "absent"
    LEAVE = "leave"
    OVERSEAS = "overseas"
    RETURNED = "returned"
    TRANSFER_PROPOSED = "transfer_proposed"
    TRANSFER_AGREED = "transfer_agreed"
    TRANSFER_DROPPED = "transfer_dropped"
    TRANSFERRED = "transferred"
    EXIT_APPLIED = "exit_applied"
    EXIT_PANEL = "exit_panel"
    EXIT_RETRY = "exit_retry"
    """The office allows a second assessment to who failed the first."""
    EXITED = "exited"
    LEFT_EARLY = "left_early"
    DIED = "died"


class Side(StrEnum):
    """As what somebody records an entry."""

    UNIT = "unit"
    TALENT = "talent"
    OFFICE = "office"
    RECEIVER = "receiver"
    """The unit to whose station a transfer leads."""
    SYSTEM = "system"


@dataclass(frozen=True)
class Act:
    """Who may record a kind of entry, and in which states; no state: what a fellowship begins with.

    A `step` is of the life cycle itself: none is dated before the one before it. `office` is the
    figure of the level whose office has the word; without it any office over the station has.
    """

    by: frozenset[Side]
    at: frozenset[Status]
    step: bool = False
    office: str | None = None


def _act(
    *by: Side,
    at: frozenset[Status] | Status | None = None,
    step: bool = False,
    office: str | None = None,
) -> Act:
    places = frozenset() if at is None else frozenset({at}) if isinstance(at, Status) else at
    return Act(frozenset(by), places, step, office)


_UNIT, _TALENT, _OFFICE, _RECEIVER, _SYSTEM = Side

ACTS: Mapping[Kind, Act] = {
    Kind.APPLIED: _act(_UNIT, step=True),
    Kind.REGISTERED: _act(_SYSTEM, step=True),
    Kind.MOVED_IN: _act(_RECEIVER, step=True),
    Kind.CONSENTED: _act(_TALENT, at=Status.APPLIED),
    Kind.EXCEPTED: _act(_OFFICE, at=BEFORE),
    Kind.SUBMITTED: _act(_UNIT, at=Status.APPLIED, step=True),
    Kind.ENTRY_PANEL: _act(_UNIT, at=Status.PANEL, step=True),
    Kind.OBJECTION_RAISED: _act(_OFFICE, at=Status.NOTICE),
    Kind.OBJECTION_SETTLED: _act(_OFFICE, at=Status.NOTICE),
    Kind.NOTICE_ENDED: _act(_SYSTEM, at=Status.NOTICE, step=True),
    Kind.REFUSED: _act(_OFFICE, at=BEFORE, step=True),
    Kind.WITHDRAWN: _act(_TALENT, _UNIT, at=BEFORE, step=True),
    Kind.ENTERED: _act(_UNIT, at=Status.ADMITTED, step=True),
    Kind.DOCTORATE_PROVED: _act(_UNIT, at=IN_STATION),
    Kind.OPENING_REPORT: _act(_UNIT, at=Status.ENTERED, step=True),
    Kind.MIDTERM: _act(_UNIT, at=Status.ENTERED, step=True),
    Kind.EXTENDED: _act(_UNIT, _OFFICE, at=Status.ENTERED),
    Kind.EXTENSION_ASKED: _act(_UNIT, at=Status.ENTERED),
    Kind.EXTENSION_APPROVED: _act(_OFFICE, at=Status.ENTERED, office="EXTENSION_OFFICE"),
    Kind.EXTENSION_REFUSED: _act(_OFFICE, at=Status.ENTERED, office="EXTENSION_OFFICE"),
    Kind.ADVISOR_CHANGED: _act(_UNIT, at=IN_STATION),
    Kind.ABSENT: _act(_UNIT, at=IN_STATION),
    Kind.LEAVE: _act(_UNIT, at=Status.ENTERED),
    Kind.OVERSEAS: _act(_UNIT, at=Status.ENTERED),
    Kind.RETURNED: _act(_UNIT, at=IN_STATION),
    Kind.TRANSFER_PROPOSED: _act(_UNIT, _OFFICE, at=Status.ENTERED),
    Kind.TRANSFER_AGREED: _act(_TALENT, at=Status.ENTERED),
    Kind.TRANSFER_DROPPED: _act(_UNIT, _OFFICE, _TALENT, at=Status.ENTERED),
    Kind.TRANSFERRED: _act(_RECEIVER, at=Status.ENTERED, step=True),
    Kind.EXIT_APPLIED: _act(_TALENT, _UNIT, at=Status.ENTERED, step=True),
    Kind.EXIT_PANEL: _act(_UNIT, at=Status.EXIT_APPLIED, step=True),
    Kind.EXIT_RETRY: _act(_OFFICE, at=Status.LEAVING, step=True),
    Kind.EXITED: _act(_OFFICE, at=Status.EXIT_ASSESSED, step=True),
    Kind.LEFT_EARLY: _act(_UNIT, _OFFICE, at=IN_STATION, step=True),
    Kind.DIED: _act(_UNIT, _OFFICE, at=IN_STATION, step=True),
}

FIXED = frozenset({Kind.MOVED_IN, Kind.TRANSFERRED, Kind.NOTICE_ENDED})
"""What no correction changes: another fellowship, or a day that is over, hangs on it."""
FIRST = frozenset({Kind.APPLIED, Kind.REGISTERED, Kind.MOVED_IN})
