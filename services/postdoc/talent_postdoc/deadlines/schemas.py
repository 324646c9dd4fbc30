"""Deadlines over HTTP."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.texts import Bilingual


class DeadlineOut(BaseModel):
    """A day by which somebody must act, in Asia/Shanghai; the day itself is the last."""

    id: UUID
    kind: str = Field(examples=["opening_report:2"])
    label: Bilingual
    subject_kind: str
    subject_id: UUID
    station_id: UUID | None
    unit_id: UUID | None
    talent_id: UUID | None
    region: str
    remind_on: date
    due_on: date
    overdue: bool
    version: int
