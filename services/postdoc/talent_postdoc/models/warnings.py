"""Warnings of stations, and what came of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class StationWarning(Base, table=True):
    """A station has to mend something by a day (警告、限期整改); of each cause one at a time.

    It is `open`, then perhaps `suspended` and `proposed` for revocation, until it ends as `mended`
    or, with its station, `closed`.
    """

    __tablename__ = "station_warning"
    __table_args__ = (
        CheckConstraint("(status IN ('mended', 'closed')) = (ended_on IS NOT NULL)", "ended"),
        Index(
            "uq_station_warning_station_id_cause",
            "station_id",
            "cause",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_station_warning_station_id", "station_id"),
        Index("ix_station_warning_unit_id_id", "unit_id", "id"),
        Index("ix_station_warning_region_id", "region", "id"),
        Index(
            "ix_station_warning_due",
            "mend_until",
            postgresql_where=text("status IN ('open', 'suspended')"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    unit_id: UUID
    region: str
    cause: str
    """`evaluation` or `idle`."""
    evaluation_id: UUID | None
    status: str
    warned_on: date
    mend_until: date
    """The last day; moves when benefits are suspended."""
    suspended_on: date | None = None
    proposed_on: date | None = None
    ended_on: date | None = None
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
