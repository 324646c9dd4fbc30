"""Stations and what happened to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Station(Base, table=True):
    """A postdoc station (博士后站): what its entries come to.

    `unit_id` is the employer that it is set up at, `parent_id` of a branch its workstation,
    `successor_id` the station into which it was merged.
    """

    __tablename__ = "station"
    __table_args__ = (
        CheckConstraint("(kind = 'branch') = (parent_id IS NOT NULL)", "parent"),
        CheckConstraint("(status = 'merged') = (successor_id IS NOT NULL)", "successor"),
        Index("ix_station_region_id", "region", "id"),
        Index("ix_station_unit_id_id", "unit_id", "id"),
        Index("ix_station_parent_id", "parent_id"),
        Index(
            "ix_station_open_id", "id", postgresql_where=text("status NOT IN ('merged', 'revoked')")
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    kind: str
    level: str
    model: bool = False
    status: str
    name_zh: str
    name_en: str
    unit_id: UUID
    unit_zh: str
    unit_en: str
    region: str
    parent_id: UUID | None = Field(default=None, foreign_key="station.id")
    successor_id: UUID | None = Field(default=None, foreign_key="station.id")
    disciplines: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    """Codes of first-level disciplines, as `disciplines.yaml` has them."""
    approval: str
    approved_on: date
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class StationEntry(Base, table=True):
    """Something that happened to a station (设站、变更、警告、撤销…): append-only.

    `effective_on` is the day from which it counts, which may lie before the day of recording.
    """

    __tablename__ = "station_entry"
    __table_args__ = (Index("ix_station_entry_station_id_id", "station_id", "id"), BUSINESS)

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    kind: str
    effective_on: date
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    recorded_by: str
    recorded_at: datetime = Field(sa_type=INSTANT)
