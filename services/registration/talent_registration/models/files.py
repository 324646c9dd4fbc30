"""Further tables of the registration service: files that people bring, and what they are for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, PERSONAL, Base


class File(Base, table=True):
    """A file that somebody brought; `id` is that of its sealed bytes.

    What nothing refers to a day later goes. `talent_id` is whose it is, of a talent's.
    """

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_owner_id", "owner", "id"),
        Index("ix_file_talent_id", "talent_id"),
        PERSONAL,
    )

    id: UUID = Field(primary_key=True)
    owner: str
    """The login that brought it."""
    talent_id: UUID | None
    type: str
    """The media type that its content shows."""
    size: int
    made_at: datetime = Field(sa_type=INSTANT)


class Picture(Base, table=True):
    """A picture of an activity, and in words what it shows; `place` is which in their order."""

    __tablename__ = "picture"
    __table_args__ = (Index("ix_picture_file_id", "file_id"), BUSINESS)

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.id")
    place: int = Field(primary_key=True)
    file_id: UUID = Field(foreign_key="file.id")
    alt_zh: str
    alt_en: str


class AnswerFile(Base, table=True):
    """The file that answers a question of an organiser's; the sealed answer names it too."""

    __tablename__ = "answer_file"
    __table_args__ = (Index("ix_answer_file_file_id", "file_id"), PERSONAL)

    registration_id: UUID = Field(primary_key=True, foreign_key="registration.id")
    question: str = Field(primary_key=True)
    file_id: UUID = Field(foreign_key="file.id")


class Curriculum(Base, table=True):
    """A curriculum vitae (简历) that a talent left at an employer's booth; one at each.

    `contact` is sealed with the talent's data key.
    """

    __tablename__ = "curriculum"
    __table_args__ = (
        Index("uq_curriculum_booking_id_talent_id", "booking_id", "talent_id", unique=True),
        Index("ix_curriculum_booking_id_id", "booking_id", "id"),
        Index("ix_curriculum_activity_id", "activity_id"),
        Index("ix_curriculum_talent_id", "talent_id"),
        Index("ix_curriculum_file_id", "file_id"),
        PERSONAL,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    booking_id: UUID = Field(foreign_key="booking.id")
    talent_id: UUID
    file_id: UUID = Field(foreign_key="file.id")
    contact: bytes
    left_at: datetime = Field(sa_type=INSTANT)
    kept_until: datetime = Field(sa_type=INSTANT)
    version: int
