"""What is sent and shown of ratings."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

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
