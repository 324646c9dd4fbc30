"""What is sent and shown of registrations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ..activities.questions import MOST_QUESTIONS, Value
from ..charges.schemas import PaymentDue
from .rules import Status

Answers = Annotated[dict[str, Value], Field(max_length=MOST_QUESTIONS)]


Reason = Literal["not-in-audience", "no-room", "answers-insufficient", "no-show-before", "other"]
MOST_DECISIONS = 200


class Claim(BaseModel):
    """Which ticket is wanted; who is offered a seat of it accepts it so."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ticket_id: UUID
    code: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="The ticket's access code, or that of an invitation; needed once.",
    )
    move: bool = Field(
        default=False,
        description="Give the seat that you have of another ticket for it; where there is none, "
        "you keep yours.",
    )
    answers: Answers = Field(
        default_factory=dict,
        description="By the names of the activity's questions. They count when a seat or place is "
        "made; to change them later there is `/answers`.",
    )


class AnswersChange(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    answers: Answers


class AnswersOut(BaseModel):
    """What you answered."""

    answers: dict[str, Value]
    version: int


class RegistrationOut(BaseModel):
    """A seat, or a place in the queue for one."""

    id: UUID
    activity_id: UUID
    ticket_id: UUID
    status: Status
    ahead: int | None = Field(
        default=None,
        description="How many wait for the same ticket before; while waiting, if asked.",
    )
    offered_until: datetime | None = Field(
        default=None, description="Until when the seat is kept; claim it again to accept."
    )
    reason: Reason | None = Field(default=None, description="Why it was refused.")
    due_fen: int = Field(default=0, description="What the seat costs you.")
    pay_until: datetime | None = Field(
        default=None, description="Until when the seat waits to be paid for; then it is confirmed."
    )
    payment: PaymentDue | None = Field(
        default=None,
        description="How; in the answer to a claim, and where you read this registration alone.",
    )
    registered_at: datetime
    version: int


class RegistrationLine(RegistrationOut):
    """A registration as its organiser sees it, under the talent's pseudonym."""

    talent_id: UUID
    answers: dict[str, Value] | None = Field(
        default=None, description="Where its organiser asked for them."
    )


class Decisions(BaseModel):
    """What becomes of some requests; those approved are seated in the order of their requests."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    registration_ids: list[UUID] = Field(min_length=1, max_length=MOST_DECISIONS)
    decision: Literal["approve", "refuse"]
    reason: Reason | None = Field(default=None, description="Of a refusal.")

    @model_validator(mode="after")
    def _reasoned(self) -> "Decisions":
        if (self.reason is None) != (self.decision == "approve"):
            raise PydanticCustomError("reason_wrong", "a refusal has a reason, an approval none")
        if len(set(self.registration_ids)) < len(self.registration_ids):
            raise PydanticCustomError("given_twice", "a request stands twice")
        return self


class DecisionOut(BaseModel):
    """What came of one request; `code` says why nothing did."""

    registration_id: UUID
    status: Status | None
    code: Literal["registration-not-found", "not-requested", "sold-out"] | None = None


class DecisionsOut(BaseModel):
    items: list[DecisionOut]
