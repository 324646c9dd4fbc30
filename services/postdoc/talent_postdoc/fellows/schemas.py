"""Fellows over HTTP."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from ..documents.schemas import Wanted
from .acts import Kind, Side, Status


class FellowOut(BaseModel):
    """A fellowship: what its entries come to."""

    id: UUID
    talent_id: UUID
    station_id: UUID
    joint_station_id: UUID | None
    transfer_to: UUID | None = Field(description="The station to which a transfer is proposed.")
    unit_id: UUID
    region: str
    position_id: UUID | None
    advisor_id: UUID | None
    discipline: str
    arrangement: Literal["full_time", "in_service"]
    entry: Literal["first", "again", "moved", "unknown"]
    doctorate: Literal["held", "awaited"]
    doctorate_on: date | None
    status: Status
    entered_on: date | None
    term_until: date | None = Field(description="The last day of the agreed time.")
    ended_on: date | None
    version: int


class EntryOut(BaseModel):
    """Something that happened to a fellow."""

    id: UUID
    number: int = Field(description="In the order of recording.")
    kind: Kind
    on: date
    detail: dict[str, Any]
    corrects: UUID | None = Field(description="The entry in whose place it stands.")
    reason: str | None = Field(description="Why it was corrected.")
    recorded_at: datetime


class DueOut(BaseModel):
    """Something that must be done by a day."""

    kind: str
    until: date


class AbsenceOut(BaseModel):
    """Days of absence until today, and the figures from which on they end a fellowship."""

    running: int
    in_year: int
    most_running: int
    most_in_year: int
    overstay: int
    most_overstay: int


class PeriodsOut(BaseModel):
    """The days that matter in a fellowship, by the figures of the day of entry."""

    opening_until: date
    opening_retry_until: date | None
    midterm_from: date
    midterm_until: date
    exit_from: date
    exit_usual_from: date
    exit_usual_until: date
    exit_until: date
    exit_retry_until: date | None
    exit_apply_from: date
    exit_apply_until: date
    doctorate_until: date
    term_until: date
    due: list[DueOut]
    absence: AbsenceOut


class GroundOut(BaseModel):
    """A ground for leaving early, and what it asks for besides."""

    ground: str
    documents: list[Wanted]


class ActOut(BaseModel):
    """What may be recorded in the present state, by whom, and which documents prove it."""

    kind: Kind
    by: list[Side]
    yours: bool = Field(description="Whether you are one of them.")
    documents: list[Wanted]
    grounds: list[GroundOut] = Field(description="Of leaving early.")


class ConditionOut(BaseModel):
    """A condition of entry that is not met."""

    name: str
    zh: str
    en: str


class NextOut(BaseModel):
    """What comes next in a fellowship; what an act asks for besides, it says when it is tried."""

    status: Status
    notice_until: date | None = Field(
        description="The last day of the notice before the entry; null where none runs."
    )
    unmet: list[ConditionOut] = Field(
        description="Conditions of entry that keep it from being submitted today."
    )
    acts: list[ActOut]
