"""Further tables of the registration service: how those who were there found it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


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


class RatingFollowUp(Base, table=True):
    """That an activity was found bad, by so many that were told of at once, and what was done.

    Its organiser answers by `due_on`. Organiser and region are the activity's, which never change.
    """

    __tablename__ = "rating_follow_up"
    __table_args__ = (
        CheckConstraint("low > 0", "low"),
        CheckConstraint("(note IS NULL) = (done_at IS NULL)", "done"),
        Index("ix_rating_follow_up_activity_id_id", "activity_id", "id"),
        Index("ix_rating_follow_up_organiser_id", "organiser", "id"),
        Index("ix_rating_follow_up_region_id", "region", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    organiser: str
    region: str
    low: int
    opened_on: date
    due_on: date
    note: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int
