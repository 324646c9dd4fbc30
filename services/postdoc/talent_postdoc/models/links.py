"""Which stations recruit jointly."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class StationLink(Base, table=True):
    """A station that recruits jointly with a mobile station (联合招收); both sides confirm it."""

    __tablename__ = "station_link"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", "until"),
        Index(
            "uq_station_link_live",
            "station_id",
            "mobile_id",
            unique=True,
            postgresql_where=text("live"),
        ),
        Index("ix_station_link_station_id_id", "station_id", "id"),
        Index("ix_station_link_mobile_id_id", "mobile_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    mobile_id: UUID = Field(foreign_key="station.id")
    from_on: date
    until_on: date | None
    station_confirmed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    mobile_confirmed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    live: bool = True
    """Until it is ended or refused: of two stations there is one at a time."""
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
