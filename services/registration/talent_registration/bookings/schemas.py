"""What is sent and shown of booths."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Bilingual, Words

from ..activities.meetings import RegionCode
from .rules import Status

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Book(BaseModel):
    """Which kind of booth is wanted: a ticket of the activity that is for employers."""

    model_config = _STRICT

    ticket_id: UUID


class Vacancy(BaseModel):
    """A position (岗位) shown at a booth; in the employer's own words."""

    model_config = _STRICT

    title: Bilingual = Field(examples=[{"zh": "工艺工程师", "en": "Process engineer"}])
    about: Annotated[Words, Field(max_length=1000)] | None = None
    region: RegionCode | None = None
    places: int = Field(ge=1, le=10_000)


class Vacancies(BaseModel):
    """All positions of a booth, in the order in which they are shown."""

    model_config = _STRICT

    vacancies: list[Vacancy] = Field(max_length=100)


class Attendance(BaseModel):
    """The day on which the employer was there; null takes the word back."""

    model_config = _STRICT

    attended_on: date | None = Field(examples=["2026-09-26"])


class Exhibit(BaseModel):
    """A booth as everybody sees it; identity tells the employer's name."""

    id: UUID
    ticket_id: UUID
    employer_id: UUID
    vacancies: list[Vacancy]


class BookingOut(Exhibit):
    activity_id: UUID
    status: Status
    attended_on: date | None
    booked_at: datetime
    version: int
