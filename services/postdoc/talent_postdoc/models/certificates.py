"""What a fellow is given at the exit."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class FellowCertificate(Base, table=True):
    """That a fellow completed a station (出站证书), as it said when last given or put right.

    It has the id of the fellowship; the number is what it is verified by, and cannot be guessed.
    """

    __tablename__ = "fellow_certificate"
    __table_args__ = (
        Index("uq_fellow_certificate_number", "number", unique=True),
        Index("ix_fellow_certificate_talent_id", "talent_id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True, foreign_key="fellow.id")
    number: str
    talent_id: UUID
    station_id: UUID = Field(foreign_key="station.id")
    station_zh: str
    station_en: str
    unit_zh: str
    unit_en: str
    discipline: str
    entered_on: date
    exited_on: date
    revoked: bool
    """Whether the exit turned out not to have been."""
    issued_at: datetime = Field(sa_type=INSTANT)
    version: int
