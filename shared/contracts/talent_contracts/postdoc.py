"""Events of the postdoc service: topic `talent.postdoc`."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from .cloudevent import EventData


class StationState(EventData):
    """A postdoc station (博士后站) and the unit that it is set up at.

    `approved_on` is the day of the approval at this level, `approval` how it came about; both are
    what measures pay from.
    """

    SUBJECT = "station_id"

    station_id: UUID
    employer_id: UUID
    region: str
    kind: Literal["mobile", "workstation", "branch", "practice_base"]
    level: Literal["national", "provincial", "city"]
    model: bool = False
    """Whether it was chosen as a model station (示范站)."""
    status: Literal["active", "warned", "suspended", "merged", "revoked"]
    approval: Literal["new", "renewed", "changed", "unknown"]
    """Unknown of what was taken over from a former register, which does not say."""
    approved_on: date


class StationRecognised(StationState):
    """It was set up: filed at once, or approved after its review."""

    TYPE: ClassVar[str] = "talent.postdoc.station.recognised.v1"


class StationUpdated(StationState):
    TYPE: ClassVar[str] = "talent.postdoc.station.updated.v1"


class StationClosed(StationState):
    """It was merged into another or revoked; no fellow is in it any more."""

    TYPE: ClassVar[str] = "talent.postdoc.station.closed.v1"


class FellowState(EventData):
    """A fellowship: one doctor's time in one station, from entry to exit.

    Days are those of Asia/Shanghai. `employer_id` is the unit that employs the fellow; it is the
    station's, or that of the workstation where a mobile station recruits jointly.
    """

    SUBJECT = "fellow_id"

    fellow_id: UUID
    talent_id: UUID
    station_id: UUID
    station_kind: Literal["mobile", "workstation", "branch", "practice_base"]
    employer_id: UUID
    region: str
    entry: Literal["first", "again", "moved", "unknown"]
    """Whether it is the doctor's first station, a further one, or a transfer from another; unknown
    of who was taken over from a former register."""
    doctorate: Literal["held", "awaited"]
    """Awaited: defended, with the certificate still to come."""
    status: Literal["in_station", "completed", "left_early"]
    entered_on: date
    ended_on: date | None = None
    transferred: bool = False
    """Whether it ended because another station took the fellow over, where they go on; its status
    is `left_early` then too, for subscribers who do not ask."""


class FellowEntered(FellowState):
    TYPE: ClassVar[str] = "talent.postdoc.fellow.entered.v1"


class FellowUpdated(FellowState):
    """Something of it changed, also by a correction of what was told before."""

    TYPE: ClassVar[str] = "talent.postdoc.fellow.updated.v1"


class FellowExited(FellowState):
    """Completed (出站): the research of the agreed time was assessed and passed."""

    TYPE: ClassVar[str] = "talent.postdoc.fellow.exited.v1"


class FellowWithdrawn(FellowState):
    """Left early (退站), whatever the ground: no ground stands in an event."""

    TYPE: ClassVar[str] = "talent.postdoc.fellow.withdrawn.v1"


class PositionState(EventData):
    """A position (博士后岗位) that a station offers; what it is called stands in the public search.

    Pay is in fen a year; the days are those of Asia/Shanghai, and both are open.
    """

    SUBJECT = "position_id"

    position_id: UUID
    station_id: UUID
    station_kind: Literal["mobile", "workstation", "branch", "practice_base"]
    employer_id: UUID
    region: str
    disciplines: tuple[str, ...]
    """Codes of the national catalogue; in the first it counts."""
    openings: int
    pay_least: int
    pay_most: int
    language: Literal["zh", "en", "both"]
    opens_on: date
    closes_on: date
    status: Literal["published", "closed", "filled"]


class PositionPublished(PositionState):
    TYPE: ClassVar[str] = "talent.postdoc.position.published.v1"


class PositionUpdated(PositionState):
    TYPE: ClassVar[str] = "talent.postdoc.position.updated.v1"


class PositionClosed(PositionState):
    """Nobody may apply any more: its last day is over, its unit closed it, or it is filled."""

    TYPE: ClassVar[str] = "talent.postdoc.position.closed.v1"


class GrantState(EventData):
    """A grant (资助) to a doctor in a station, awarded under a call of a year.

    What is paid of it is policy's. `employer_id` is the unit that employs the fellow.
    """

    SUBJECT = "grant_id"

    grant_id: UUID
    fellow_id: UUID
    talent_id: UUID
    employer_id: UUID
    region: str
    programme: Literal["excellent_postdoc"]
    year: int
    """Of the call."""
    status: Literal["awarded", "ended"]
    awarded_on: date


class GrantAwarded(GrantState):
    """Its publication ended without an objection that stands."""

    TYPE: ClassVar[str] = "talent.postdoc.grant.awarded.v1"


class GrantEnded(GrantState):
    """The office ended it: nothing more is due."""

    TYPE: ClassVar[str] = "talent.postdoc.grant.ended.v1"


class DeadlineState(EventData):
    """A day by which somebody has to act, and who is told: what messages are made from.

    `subject_kind` and `subject_id` name whose deadline it is. `employer_id` is the station's unit.
    """

    SUBJECT = "deadline_id"

    deadline_id: UUID
    kind: str
    subject_kind: Literal["station", "fellow", "review", "evaluation"]
    subject_id: UUID
    station_id: UUID | None = None
    employer_id: UUID | None = None
    talent_id: UUID | None = None
    region: str
    due_on: date


class DeadlineReminded(DeadlineState):
    """The day comes near."""

    TYPE: ClassVar[str] = "talent.postdoc.deadline.reminded.v1"


class DeadlineEscalated(DeadlineState):
    """The day is over and nothing was done: the office is told."""

    TYPE: ClassVar[str] = "talent.postdoc.deadline.escalated.v1"
