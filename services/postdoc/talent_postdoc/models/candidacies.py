"""Who applies for positions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, PERSONAL, Base


class Candidacy(Base, table=True):
    """A doctor's candidacy (应聘) for a position: one, also after a withdrawal.

    `ended_at` is when it came to its end, accepted or not.
    """

    __tablename__ = "candidacy"
    __table_args__ = (
        Index("uq_candidacy_position_id_talent_id", "position_id", "talent_id", unique=True),
        Index("ix_candidacy_talent_id_id", "talent_id", "id"),
        Index("ix_candidacy_unit_id_id", "unit_id", "id"),
        Index("ix_candidacy_position_id_id", "position_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    position_id: UUID = Field(foreign_key="position.id")
    station_id: UUID = Field(foreign_key="station.id")
    unit_id: UUID
    region: str
    talent_id: UUID
    status: str
    applied_at: datetime = Field(sa_type=INSTANT)
    interview_at: datetime | None = Field(default=None, sa_type=INSTANT)
    passed: bool | None = None
    """What came of the interview."""
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class CandidacyText(Base, table=True):
    """What was written of a candidacy, by either side, sealed by the doctor's data key."""

    __tablename__ = "candidacy_text"
    __table_args__ = (Index("ix_candidacy_text_talent_id", "talent_id"), PERSONAL)

    candidacy_id: UUID = Field(primary_key=True, foreign_key="candidacy.id")
    kind: str = Field(primary_key=True)
    """`statement`, `interview`, `result` or `reason`."""
    talent_id: UUID
    sealed: bytes
    written_at: datetime = Field(sa_type=INSTANT)
    version: int
