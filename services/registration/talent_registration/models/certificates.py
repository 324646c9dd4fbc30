"""A further table of the registration service: certificates of attendance."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from .base import INSTANT, Base


class Certificate(Base, table=True):
    """That a talent attended an activity, and for how many hours (学时).

    It has the id of the attendance, and its version; the number is what it is verified by, and
    cannot be guessed. Before `due_at`, when the activity is over, nobody is told of it.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("uq_certificate_number", "number", unique=True),
        Index("uq_certificate_registration_id", "registration_id", unique=True),
        Index("ix_certificate_talent_id_id", "talent_id", "id"),
        Index("ix_certificate_untold", "activity_id", postgresql_where=text("told < version")),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(primary_key=True)
    number: str
    registration_id: UUID
    activity_id: UUID = Field(foreign_key="activity.id")
    talent_id: UUID
    hours: int
    attended_on: date
    due_at: datetime = Field(sa_type=INSTANT)
    revoked: bool
    told: int = 0
    """The version that was told of last; 0: none yet."""
    version: int
