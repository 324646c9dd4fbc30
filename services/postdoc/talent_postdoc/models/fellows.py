"""Fellows and what happened to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Fellow(Base, table=True):
    """A fellowship: what its entries come to; of one doctor one at a time.

    `unit_id` is the employer that employs the fellow. `joint_station_id` is the mobile station
    with which a workstation recruits.
    """

    __tablename__ = "fellow"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR entered_on IS NOT NULL", "ended"),
        Index(
            "uq_fellow_live",
            "talent_id",
            unique=True,
            postgresql_where=text("live"),
        ),
        Index(
            "uq_fellow_applying",
            "talent_id",
            "station_id",
            unique=True,
            postgresql_where=text("status IN ('applied', 'panel', 'notice', 'admitted')"),
        ),
        Index("ix_fellow_station_id_id", "station_id", "id"),
        Index("ix_fellow_region_id", "region", "id"),
        Index("ix_fellow_talent_id_id", "talent_id", "id"),
        Index("ix_fellow_transfer_to_id", "transfer_to", "id"),
        Index("ix_fellow_advisor_id", "advisor_id", postgresql_where=text("live")),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID
    station_id: UUID = Field(foreign_key="station.id")
    joint_station_id: UUID | None = Field(default=None, foreign_key="station.id")
    transfer_to: UUID | None = Field(default=None, foreign_key="station.id")
    """The station that a proposed transfer leads to."""
    unit_id: UUID
    region: str
    position_id: UUID | None = None
    advisor_id: UUID | None = None
    discipline: str
    arrangement: str
    """`full_time` or `in_service` (在职)."""
    entry: str
    foreign: bool
    doctorate: str
    doctorate_on: date | None
    status: str
    live: bool
    """Whether it keeps the doctor from entering another station."""
    entered_on: date | None
    term_until: date | None
    """The last day of the agreed time, extensions included."""
    ended_on: date | None
    exit_attempt: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Which assessment on exit counts."""
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class FellowEntry(Base, table=True):
    """Something that happened to a fellow: append-only; a correction names what it corrects."""

    __tablename__ = "fellow_entry"
    __table_args__ = (
        Index("ix_fellow_entry_fellow_id_number", "fellow_id", "number", unique=True),
        Index(
            "uq_fellow_entry_corrects",
            "corrects",
            unique=True,
            postgresql_where=text("corrects IS NOT NULL"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    fellow_id: UUID = Field(foreign_key="fellow.id")
    number: int
    """In the order of recording, from 1."""
    kind: str
    effective_on: date
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    corrects: UUID | None = Field(default=None, foreign_key="fellow_entry.id")
    recorded_by: str
    recorded_at: datetime = Field(sa_type=INSTANT)
