"""Reviews over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ..auth import Role
from ..described import Described
from ..texts import Bilingual, Words
from .plans import Level, StepKind
from .rules import ActKind, Status


class Decision(BaseModel):
    """What an official decides in a check; whoever is refused or sent back is told why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "returned", "words": "请补充导师聘用材料"}]},
    )

    outcome: Literal["approved", "returned", "refused"]
    words: Annotated[Words | None, Field(validate_default=True)] = None

    @field_validator("words")
    @classmethod
    def _reasoned(cls, words: str | None, about: ValidationInfo) -> str | None:
        if words is None and about.data.get("outcome", "approved") != "approved":
            raise PydanticCustomError("reason_missing", "a reason is needed")
        return words


class NewObjection(BaseModel):
    """What somebody has against what is published."""

    model_config = ConfigDict(extra="forbid")

    words: Words


class Answer(BaseModel):
    """What looking into an objection came to; upheld, it ends the review."""

    model_config = ConfigDict(extra="forbid")

    upheld: bool
    words: Words


class StepOut(BaseModel):
    """A step of the plan; `days` are working days."""

    name: str
    kind: StepKind
    level: Level
    role: Role
    days: int
    label: Bilingual


class ActOut(BaseModel):
    """Something that happened; who did it, and what was objected, is told to staff alone."""

    number: int
    kind: ActKind
    step: str
    round: int
    actor: str | None
    words: str | None
    answers: Annotated[int | None, Field(description="The number of the objection.")]
    at: datetime


class ReviewLine(Described):
    """A review in a list.

    `due_on` is the last day of the present step: `days` working days after `since`. It is null
    until the State Council's notice for that year is out, and while nothing is to be done.
    """

    id: UUID
    subject_kind: str
    subject_id: UUID
    title: Bilingual
    region: str
    status: Status
    step: StepOut
    step_region: str
    since: date
    due_on: date | None
    escalated: bool
    """Whether the step was not done in time: the offices above may do it too."""
    objections: int
    """Those that wait for an answer."""
    version: int


class ReviewOut(ReviewLine):
    """A review with its plan and its history."""

    plan: list[StepOut]
    acts: list[ActOut]


class PublishedOut(BaseModel):
    """What is published for objections (公示); `due_on` is the last day to lodge one."""

    id: UUID
    subject_kind: str
    title: Bilingual
    region: str
    since: date
    days: int
    due_on: date | None


class ObjectionOut(BaseModel):
    """An objection as whoever lodged it sees it; `number` names it in the review's history."""

    review_id: UUID
    number: int
    at: datetime
