"""Who guides the fellows of a station."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from .base import INSTANT, PERSONAL, Base


class Advisor(Base, table=True):
    """An advisor (合作导师) of a station, from a day until the last day.

    The name is sealed by the service's keyring for `advisor.name:{id}`. `most` is how many fellows
    they may guide at a time, where it is not what the region's figures say.
    """

    __tablename__ = "advisor"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", "until"),
        Index("ix_advisor_station_id_id", "station_id", "id"),
        PERSONAL,
    )

    id: UUID = Field(primary_key=True)
    station_id: UUID = Field(foreign_key="station.id")
    name_sealed: bytes
    title: str
    """A code of `titles.yaml`."""
    disciplines: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    full_time: bool
    most: int | None
    from_on: date
    until_on: date | None
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int
