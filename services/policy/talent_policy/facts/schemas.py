"""What goes in and out of facts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from talent_kit.texts import Bilingual
from talent_rules import FactType

from .vocabulary import SubjectKind

FactValue = StrictBool | StrictInt | StrictStr | list[StrictStr]
"""A fact's value in JSON: dates are `YYYY-MM-DD`, regions and enums their code, money is fen."""


class FactChoice(BaseModel):
    """One value of an enum."""

    code: str
    label: Bilingual


class SourceRead(BaseModel):
    """Who can say what a fact is."""

    code: str
    label: Bilingual


class FactRead(BaseModel):
    """A fact that measures may ask for."""

    name: str = Field(examples=["person.birth_date"])
    type: FactType
    unit: str
    owner: SubjectKind | None
    """Null for what is counted of a measure itself: an evaluation can assume it."""
    label: Bilingual
    description: Bilingual
    values: list[FactChoice]
    verified_by: list[str]
    assumed: bool | int | str | None
    """What it is taken to be while nobody says otherwise; null: it is unknown then."""


class FactList(BaseModel):
    """The whole vocabulary."""

    facts: list[FactRead]
    sources: list[SourceRead]


class Subject(BaseModel):
    """Whose facts."""

    model_config = ConfigDict(extra="forbid")

    kind: SubjectKind
    id: UUID


class ObservationWrite(BaseModel):
    """One fact as its source sees it; `observed_at` is now unless given."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=60)
    value: FactValue = Field(union_mode="left_to_right")
    observed_at: AwareDatetime | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    """Last day on which the fact holds."""


class ObservationsCreate(BaseModel):
    """Facts of one subject, saved all or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "subject": {
                        "kind": "employment",
                        "id": "0197c3a0-0000-7000-8000-000000000001",
                    },
                    "facts": [{"name": "employment.pension_from", "value": "2021-07-01"}],
                }
            ]
        },
    )

    subject: Subject
    facts: list[ObservationWrite] = Field(min_length=1, max_length=50)


class ObservationRead(BaseModel):
    """What one source says of one fact."""

    id: UUID
    name: str
    value: Any
    source: str
    verified: bool
    observed_at: datetime
    valid_from: date | None
    valid_until: date | None


class ObservationsRead(BaseModel):
    """The facts of one subject that a request named, as they stand after it."""

    subject: Subject
    facts: list[ObservationRead]
