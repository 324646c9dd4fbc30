"""Calls for grants, and what is proposed under them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class GrantCall(Base, table=True):
    """A call of an office for a year: how many may be awarded, and when to propose.

    `taken` are those that experts are for, published or awarded.
    """

    __tablename__ = "grant_call"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND places", "places"),
        CheckConstraint("closes_on >= opens_on", "window"),
        Index("uq_grant_call_programme", "region", "programme", "year", unique=True),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    region: str
    programme: str
    year: int
    name_zh: str
    name_en: str
    places: int
    taken: int = 0
    opens_on: date
    closes_on: date
    """The last day."""
    made_at: datetime = Field(sa_type=INSTANT)
    version: int


class Grant(Base, table=True):
    """A grant proposed for a fellow; of a programme a doctor has one at a time."""

    __tablename__ = "postdoc_grant"
    __table_args__ = (
        Index(
            "uq_postdoc_grant_live",
            "talent_id",
            "programme",
            unique=True,
            postgresql_where=text("status IN ('draft', 'submitted', 'awarded')"),
        ),
        Index("ix_postdoc_grant_region_id", "region", "id"),
        Index("ix_postdoc_grant_unit_id_id", "unit_id", "id"),
        Index("ix_postdoc_grant_talent_id_id", "talent_id", "id"),
        Index("ix_postdoc_grant_call_id_id", "call_id", "id"),
        Index("ix_postdoc_grant_fellow_id", "fellow_id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    call_id: UUID = Field(foreign_key="grant_call.id")
    programme: str
    fellow_id: UUID = Field(foreign_key="fellow.id")
    station_id: UUID = Field(foreign_key="station.id")
    unit_id: UUID
    talent_id: UUID
    region: str
    status: str
    placed: bool = False
    """Whether it has one of the call's places."""
    review_id: UUID | None = None
    awarded_on: date | None = None
    ended_on: date | None = None
    made_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
