"""Further tables of the registration service: employers, and their booths at activities."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Organisation(Base, table=True):
    """An employer as identity last told; `agents` are the logins that may act for it."""

    __tablename__ = "organisation"
    __table_args__ = (BUSINESS,)

    employer_id: UUID = Field(primary_key=True)
    region: str
    agents: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    version: int


class Employment(Base, table=True):
    """Who is employed by whom, as both sides have confirmed it; `until` is the last day."""

    __tablename__ = "employment"
    __table_args__ = (
        Index("ix_employment_talent_id", "talent_id"),
        Index("ix_employment_employer_id", "employer_id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID
    employer_id: UUID
    confirmed: bool
    begins: date
    until: date | None
    version: int


class Booking(Base, table=True):
    """An employer's booth (展位) at an activity; of one employer one at a time.

    `attended` is the organiser's word that the employer was there on `attended_on`: a fact that
    pays, told under `attendance_id`. Day and id stay where the word is taken back.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(
            "(attended_on IS NULL) = (attendance_id IS NULL)"
            " AND NOT (attended AND attended_on IS NULL)",
            "attendance",
        ),
        Index(
            "uq_booking_live",
            "activity_id",
            "employer_id",
            unique=True,
            postgresql_where=text("status = 'confirmed'"),
        ),
        Index("ix_booking_activity_id_id", "activity_id", "id"),
        Index(
            "ix_booking_live_activity_id_id",
            "activity_id",
            "id",
            postgresql_where=text("status = 'confirmed'"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    ticket_id: UUID = Field(foreign_key="ticket.id")
    employer_id: UUID
    status: str
    vacancies: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False)
    )
    attended: bool = False
    attendance_id: UUID | None = None
    attended_on: date | None = None
    booked_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
