"""What authorities have set."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class TermValue(Base, table=True):
    """A figure of the rules that a region's authority set, from a day on; the newest counts."""

    __tablename__ = "term_value"
    __table_args__ = (Index("ix_term_value_region_name", "region", "name"), BUSINESS)

    id: UUID = Field(primary_key=True)
    region: str
    name: str
    valid_from: date
    value: int
    reason: str
    set_by: str
    set_at: datetime = Field(sa_type=INSTANT)
