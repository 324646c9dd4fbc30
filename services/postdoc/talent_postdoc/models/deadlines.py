"""Days by which somebody has to act."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, PERSONAL, Base


class DeadlineFeed(Base, table=True):
    """A secret address of the calendar of a fellow, or of a station; a hash of it."""

    __tablename__ = "deadline_feed"
    __table_args__ = (
        CheckConstraint("(talent_id IS NULL) <> (station_id IS NULL)", "owner"),
        Index("uq_deadline_feed_digest", "digest", unique=True),
        Index("uq_deadline_feed_talent_id", "talent_id", unique=True),
        Index("uq_deadline_feed_station_id", "station_id", unique=True),
        PERSONAL,
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID | None
    station_id: UUID | None = Field(foreign_key="station.id")
    digest: bytes
    made_at: datetime = Field(sa_type=INSTANT)


class Deadline(Base, table=True):
    """One thing that must be done by a day; told of ahead once, and once when it is missed.

    `met_on` is the day on which it was done, or stopped mattering.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index("uq_deadline_subject_id_kind", "subject_id", "kind", unique=True),
        Index(
            "ix_deadline_to_remind",
            "remind_on",
            "id",
            postgresql_where=text("met_on IS NULL AND reminded_at IS NULL"),
        ),
        Index(
            "ix_deadline_to_escalate",
            "due_on",
            "id",
            postgresql_where=text("met_on IS NULL AND escalated_at IS NULL"),
        ),
        Index("ix_deadline_station_id_due_on", "station_id", "due_on"),
        Index("ix_deadline_talent_id_due_on", "talent_id", "due_on"),
        Index(
            "ix_deadline_unit_id_due_on",
            "unit_id",
            "due_on",
            "id",
            postgresql_where=text("met_on IS NULL"),
        ),
        Index(
            "ix_deadline_region_due_on",
            "region",
            "due_on",
            "id",
            postgresql_where=text("met_on IS NULL"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    kind: str
    """What must be done, with a number where it must be done again: `opening_report:2`."""
    subject_kind: str
    subject_id: UUID
    station_id: UUID | None
    unit_id: UUID | None
    talent_id: UUID | None
    region: str
    remind_on: date
    due_on: date
    """The last day."""
    met_on: date | None = None
    reminded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    escalated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int
