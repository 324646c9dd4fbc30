"""What the postdoc service holds of a talent."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.audit import Reading


class EntryHeld(BaseModel):
    """Something that happened in a fellowship."""

    kind: str
    effective_on: date
    detail: dict[str, Any]
    recorded_at: datetime


class FellowHeld(BaseModel):
    """A fellowship with its history, and the number of its certificate."""

    id: UUID
    station_id: UUID
    unit_id: UUID
    region: str
    discipline: str
    arrangement: str
    entry: str
    doctorate: str
    doctorate_on: date | None
    status: str
    entered_on: date | None
    term_until: date | None
    ended_on: date | None
    certificate: str | None
    history: list[EntryHeld]


class CandidacyHeld(BaseModel):
    """A candidacy, with what either side wrote of it."""

    id: UUID
    position_id: UUID
    status: str
    applied_at: datetime
    written: dict[str, Any]


class DocumentHeld(BaseModel):
    """A file about the talent; its content is at `/v1/documents/{id}/content`."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    type: str
    size: int
    made_at: datetime


class GrantHeld(BaseModel):
    """A grant that was proposed for the talent."""

    id: UUID
    programme: str
    status: str
    awarded_on: date | None
    ended_on: date | None


class DeadlineHeld(BaseModel):
    """A day by which the talent had or has to act."""

    kind: str
    due_on: date
    met_on: date | None


class SeatHeld(BaseModel):
    """A seat that the talent has or had on a panel of experts."""

    panel_id: UUID
    purpose: str
    name: str
    organisation: str
    joined_at: datetime
    left_at: datetime | None


class ObjectionHeld(BaseModel):
    """An objection that the talent lodged to what was published."""

    at: datetime
    words: str


class PersonalData(BaseModel):
    """Everything of the talent."""

    talent_id: UUID
    region: str
    birth_date: date
    foreign: bool
    fellowships: list[FellowHeld]
    candidacies: list[CandidacyHeld]
    documents: list[DocumentHeld]
    grants: list[GrantHeld]
    deadlines: list[DeadlineHeld]
    seats: list[SeatHeld]
    objections: list[ObjectionHeld]
    calendar_made_at: datetime | None
    readings: list[Reading]
    corrections: str = Field(
        default="POST /v1/fellows/{fellow_id}/entries/{entry_id}/correction",
        description="Where the unit puts right what is wrong; identity's part is put right there.",
    )


class PersonalDataExport(PersonalData):
    """The same to take along."""

    exported_at: datetime
