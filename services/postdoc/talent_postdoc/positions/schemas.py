"""Positions over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

from ..disciplines.schemas import Discipline
from ..stations.states import Kind, Level
from .states import Status

Prose = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=10_000, pattern=r"^[^\x00]*$"
    ),
]
Language = Literal["zh", "en", "both"]


class BilingualProse(BaseModel):
    """A long text in Chinese and English."""

    model_config = ConfigDict(extra="forbid")

    zh: Prose
    en: Prose


MOST_PAY = 1_000_000_000
"""Fen a year."""


class Pay(BaseModel):
    """Fen a year before tax."""

    model_config = ConfigDict(extra="forbid")

    least: Annotated[int, Field(ge=0, le=MOST_PAY)]
    most: Annotated[int, Field(ge=0, le=MOST_PAY)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise PydanticCustomError("pay_range", "the least is above the most")
        return self


class Question(BaseModel):
    """What the unit asks whoever applies."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["start"])]
    label: Bilingual
    required: bool = False


class PositionContent(BaseModel):
    """What a unit says of a position. The first discipline is the one that it counts in."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    title: Bilingual
    about: BilingualProse
    disciplines: Annotated[list[Discipline], Field(min_length=1, max_length=10)]
    number: Annotated[int, Field(ge=1, le=100)]
    pay: Pay
    language: Language
    """In which the work is done."""
    advisor_id: UUID | None = None
    """Shown to the unit and the office alone."""
    joint_station_id: UUID | None = None
    """The mobile station with which a workstation recruits."""
    opens_on: date
    """In Asia/Shanghai, as is `closes_on`; both days are open."""
    closes_on: date
    questions: Annotated[list[Question], Field(max_length=10)] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.opens_on > self.closes_on:
            raise PydanticCustomError("open_range", "it closes before it opens")
        if len(set(self.disciplines)) < len(self.disciplines):
            raise PydanticCustomError("discipline_twice", "a discipline is named twice")
        if len({each.name for each in self.questions}) < len(self.questions):
            raise PydanticCustomError("question_twice", "two questions have one name")
        return self


class NewPosition(PositionContent):
    """A position under one of your plans; a draft until you publish it."""

    plan_id: UUID


class ClosureReason(BaseModel):
    """Why a position closes before its day."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
    ] = Field(pattern=r"^[^\x00]*$")


class PositionOut(PositionContent):
    """A position as its unit and the office see it."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    plan_id: UUID
    station_id: UUID
    region: str
    status: Status
    taken: int
    taken_down_for: str | None = Field(description="Why the office took it down.")
    published_at: datetime | None
    version: int


class StationCard(BaseModel):
    """At which station a position is."""

    id: UUID
    kind: Kind
    level: Level
    name: Bilingual
    unit: Bilingual


class PositionCard(BaseModel):
    """A published position in a list, as anybody sees it."""

    id: UUID
    title: Bilingual
    station: StationCard
    region: str
    disciplines: list[str]
    number: int
    pay: Pay
    language: Language
    opens_on: date
    closes_on: date
    published_at: datetime


class PublicPosition(PositionCard):
    """A position that is or was published, as anybody sees it."""

    about: BilingualProse
    joint_station_id: UUID | None
    questions: list[Question]
    status: Literal[Status.PUBLISHED, Status.CLOSED, Status.FILLED]
