"""Notices that a station is to be revoked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Revocation(Base, table=True):
    """Notice that a station is to be revoked (撤销告知), to which its unit may state its case.

    It is `open`, then `decided` or `dropped`. What the unit states is sealed by the keyring for
    `revocation.statement:{id}`.
    """

    __tablename__ = "revocation"
    __table_args__ = (
        Index(
            "uq_revocation_open_station_id",
            "station_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_revocation_station_id_id", "station_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    status: str
    reason: str
    noticed_on: date
    days: int
    """Working days after `noticed_on` in which the unit may state its case."""
    statement_sealed: bytes | None = None
    stated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
