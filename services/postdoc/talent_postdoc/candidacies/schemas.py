"""Candidacies over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from .states import Status

_PLAIN = r"^[^\x00]*$"
Long = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=_PLAIN),
]
Short = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=_PLAIN)
]
QuestionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class CandidacyContent(BaseModel):
    """What a doctor says for a position; kept under a key of their own."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    statement: Long
    answers: Annotated[dict[QuestionName, Short], Field(max_length=10)] = {}
    """By the names of the position's questions."""


class Invitation(BaseModel):
    """When and where a candidate is interviewed; the place may be a link."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime
    place: Short


class InterviewResult(BaseModel):
    """What came of an interview."""

    model_config = ConfigDict(extra="forbid")

    passed: bool
    notes: Long


class Reason(BaseModel):
    """Why a candidate is accepted or refused; they read it."""

    model_config = ConfigDict(extra="forbid")

    reason: Short


class CandidacyOut(BaseModel):
    """A candidacy without a word that was written of it."""

    id: UUID
    position_id: UUID
    station_id: UUID
    region: str
    talent_id: UUID
    status: Status
    applied_at: datetime
    interview_at: datetime | None
    passed: bool | None
    ended_at: datetime | None
    version: int


class CandidacyHeld(CandidacyOut):
    """A candidacy with what either side wrote; null where nothing was, or it is gone."""

    statement: str | None
    answers: dict[str, str] | None
    place: str | None
    notes: str | None
    reason: str | None
