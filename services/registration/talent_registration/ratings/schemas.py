"""What is sent and shown of ratings."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Words

from ..activities.questions import Name
from ..activities.surveys import MOST


class Rating(BaseModel):
    """A grade from 1 (very bad) to 5 (very good), and choices of the activity's survey."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    grade: int = Field(ge=1, le=5, strict=True)
    answers: dict[Name, Name] = Field(default_factory=dict, max_length=MOST)


class OwnRating(BaseModel):
    """Whether the caller has rated it; how, nobody knows any more."""

    rated: bool
    until: datetime


class RatingFigures(BaseModel):
    """How an activity was found; told in steps of five ratings, so that none stands out.

    Below five ratings there is nothing but zeros.
    """

    ratings: int
    grades: dict[str, int] = Field(examples=[{"1": 0, "2": 0, "3": 1, "4": 3, "5": 6}])
    answers: dict[str, dict[str, int]]


class FollowUpNote(BaseModel):
    """What was done about it (整改), for those who look after it; nobody who rated is named."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    note: Annotated[Words, Field(max_length=1000)]


class FollowUp(BaseModel):
    """`low` ratings below three came in a step of five; it is to be followed up by `due_on`.

    `overdue` says that this day has passed, in Asia/Shanghai, and nothing was noted.
    """

    id: UUID
    activity_id: UUID
    low: int
    opened_on: date
    due_on: date
    overdue: bool
    note: str | None
    done_at: datetime | None
    version: int
