"""Applications for stations to be set up."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class StationApplication(Base, table=True):
    """A unit's application for a station (设站申请): what it declares, and how it was judged.

    The advisors it names are sealed by the keyring for `station_application.advisors:{id}`.
    """

    __tablename__ = "station_application"
    __table_args__ = (
        CheckConstraint("(status = 'established') = (station_id IS NOT NULL)", "established"),
        Index("ix_station_application_unit_id_id", "unit_id", "id"),
        Index("ix_station_application_region_id", "region", "id"),
        Index(
            "ix_station_application_parent_id",
            "parent_id",
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    unit_id: UUID
    region: str
    kind: str
    level: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    disciplines: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    parent_id: UUID | None = Field(default=None, foreign_key="station.id")
    declared: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """What the unit says of its conditions, and with whom it will recruit."""
    advisors_sealed: bytes | None
    """Null once it was decided and its days are over."""
    status: str
    conditions: list[Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """As they were judged when it was last submitted."""
    judged_on: date | None = None
    station_id: UUID | None = Field(default=None, foreign_key="station.id")
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
