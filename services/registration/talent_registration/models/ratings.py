"""Further tables of the registration service: how those who were there found it."""

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from .base import Base


class RatingGiven(Base, table=True):
    """That whoever an attendance is of has rated the activity: once, and nobody knows how."""

    __tablename__ = "rating_given"
    __table_args__ = ({"info": {"retention": "business"}},)

    attendance_id: UUID = Field(primary_key=True, foreign_key="attendance.id")


class RatingFigure(Base, table=True):
    """How often an answer was given at an activity; the question `grade` is everybody's.

    `told` is what `times` was when the ratings last reached a full step: nobody who watches the
    figures sees what a single one changes.
    """

    __tablename__ = "rating_figure"
    __table_args__ = (
        CheckConstraint("told >= 0 AND told <= times", "told"),
        {"info": {"retention": "business"}},
    )

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.id")
    question: str = Field(primary_key=True)
    answer: str = Field(primary_key=True)
    times: int
    told: int
