"""What stations want to recruit, and the positions that they publish."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class RecruitmentPlan(Base, table=True):
    """How many fellows a station wants to recruit in a year (招收计划), by discipline."""

    __tablename__ = "recruitment_plan"
    __table_args__ = (
        Index("uq_recruitment_plan_station_id_year", "station_id", "year", unique=True),
        Index("ix_recruitment_plan_unit_id_id", "unit_id", "id"),
        Index("ix_recruitment_plan_region_id", "region", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    unit_id: UUID
    region: str
    year: int
    planned: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    """Numbers by the code of the discipline."""
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class Position(Base, table=True):
    """A position (博士后岗位) that a station offers under its plan of a year.

    The first of its disciplines is the one that it counts in. `taken` is how many candidates were
    accepted. Days are those of Asia/Shanghai; both `opens_on` and `closes_on` are open.
    """

    __tablename__ = "position"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND number", "taken"),
        CheckConstraint("pay_least <= pay_most", "pay"),
        CheckConstraint("opens_on <= closes_on", "open"),
        Index("ix_position_plan_id", "plan_id"),
        Index("ix_position_unit_id_id", "unit_id", "id"),
        Index("ix_position_region_id", "region", "id"),
        Index("ix_position_station_id_id", "station_id", "id"),
        Index(
            "ix_position_published_at_id",
            "published_at",
            "id",
            postgresql_where=text("status = 'published'"),
        ),
        Index(
            "ix_position_disciplines",
            "disciplines",
            postgresql_using="gin",
            postgresql_where=text("status = 'published'"),
        ),
        Index(
            "ix_position_words",
            "words",
            postgresql_using="gin",
            postgresql_where=text("status = 'published'"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="recruitment_plan.id")
    station_id: UUID = Field(foreign_key="station.id")
    joint_station_id: UUID | None = Field(default=None, foreign_key="station.id")
    """The mobile station with which a workstation recruits."""
    advisor_id: UUID | None = None
    unit_id: UUID
    region: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    disciplines: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    number: int
    taken: int
    pay_least: int
    """Fen a year, as is `pay_most`."""
    pay_most: int
    language: str
    """In which the work is done."""
    questions: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    opens_on: date
    closes_on: date
    status: str
    taken_down_for: str | None = None
    """Why the office took it down."""
    published_at: datetime | None = Field(default=None, sa_type=INSTANT)
    words: str = Field(default="", sa_column=Column(TSVECTOR, nullable=False))
    """What it is found by."""
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
