"""Rounds of evaluation, each station's part in them, and objections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class EvaluationRound(Base, table=True):
    """An evaluation of a region's stations (站点评估): collecting, graded, published, bound.

    `indicators` is the table by which it scores, `caps` the most of a grade in percent.
    """

    __tablename__ = "evaluation_round"
    __table_args__ = (
        CheckConstraint("period_from <= period_until", "period"),
        CheckConstraint("(status = 'bound') = (bound_on IS NOT NULL)", "bound"),
        Index("ix_evaluation_round_published", "id", postgresql_where=text("status = 'published'")),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    region: str
    kind: str
    title_zh: str
    title_en: str
    status: str
    period_from: date
    period_until: date
    submit_until: date
    """The last day on which units declare their figures."""
    indicators: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    caps: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    stations: int
    opened_on: date
    """The figures of this day hold for it."""
    opened_by: str
    published_on: date | None = None
    objections_until: date | None = None
    """None while no holiday notice tells it."""
    bound_on: date | None = None
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class Evaluation(Base, table=True):
    """One station's part in a round."""

    __tablename__ = "evaluation"
    __table_args__ = (
        Index("uq_evaluation_round_id_station_id", "round_id", "station_id", unique=True),
        Index("ix_evaluation_round_id_id", "round_id", "id"),
        Index("ix_evaluation_station_id", "station_id"),
        Index("ix_evaluation_unit_id_id", "unit_id", "id"),
        Index("ix_evaluation_region_id", "region", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    round_id: UUID = Field(foreign_key="evaluation_round.id")
    station_id: UUID = Field(foreign_key="station.id")
    unit_id: UUID
    region: str
    drawn: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    """What the system knew when the round was opened, by figure."""
    declared: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    """What the unit declares, by indicator."""
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    panel_score: int | None = None
    """In hundredths of a point, as is `score`."""
    score: int | None = None
    grade: str | None = None
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class EvaluationObjection(Base, table=True):
    """An objection to a published grade; texts open under `evaluation_objection.text:{id}`.

    The answer opens under `evaluation_objection.answer:{id}`.
    """

    __tablename__ = "evaluation_objection"
    __table_args__ = (
        Index("ix_evaluation_objection_evaluation_id_id", "evaluation_id", "id"),
        Index(
            "uq_evaluation_objection_standing",
            "evaluation_id",
            "lodged_by",
            unique=True,
            postgresql_where=text("upheld IS NULL"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    evaluation_id: UUID = Field(foreign_key="evaluation.id")
    text_sealed: bytes
    lodged_by: str
    lodged_at: datetime = Field(sa_type=INSTANT)
    upheld: bool | None = None
    grade: str | None = None
    """What the grade was corrected to."""
    answer_sealed: bytes | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
