"""Tables of a talent's rights: erasures, and corrections that they ask for."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class Erasure(Base, table=True):
    """A talent who was erased: nothing personal about them is taken in any more."""

    __tablename__ = "erasure"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    talent_id: UUID = Field(primary_key=True)
    formerly: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    """Whom of those erased before this one had been: what they were granted is counted here."""
    erased_at: datetime = Field(sa_type=DateTime(timezone=True))
    settled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    """When the last money that was on its way had arrived, or had come back."""


class CorrectionStatus(StrEnum):
    OPEN = "open"
    CORRECTED = "corrected"
    """The source says otherwise now."""
    PASSED_ON = "passed_on"
    """Only the source can correct it, and was told."""
    UNFOUNDED = "unfounded"


class Correction(Base, table=True):
    """A talent's objection to a fact that somebody else said of them; their words are sealed."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_open",
            "talent_id",
            "subject_id",
            "fact",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_correction_talent_id_id", "talent_id", "id"),
        Index("ix_correction_region_id", "region", "id"),
        Index("ix_correction_region_status_id", "region", "status", "id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    talent_id: UUID
    region: str
    subject_kind: str
    subject_id: UUID
    fact: str
    objection: str
    words_sealed: bytes | None
    status: str = CorrectionStatus.OPEN
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    closed_by: str | None = None
    version: int = 1
