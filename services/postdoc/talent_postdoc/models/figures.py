"""Figures kept by events."""

from uuid import UUID

from sqlmodel import Field

from .base import Base

_REFERENCE = {"info": {"retention": "reference"}}


class Figure(Base, table=True):
    """How many stations or fellows stand where.

    `kind` says of what: `station` by kind and status, `inside` of fellows in a station now and
    `recruited` of those who entered in a year, both by discipline. Where no year counts it is 0.
    """

    __tablename__ = "figure"
    __table_args__ = (_REFERENCE,)

    region: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    items: int


class Counted(Base, table=True):
    """How a station or a fellow is counted in the figures at present."""

    __tablename__ = "counted"
    __table_args__ = (_REFERENCE,)

    id: UUID = Field(primary_key=True)
    kind: str
    """`station` or `fellow`."""
    region: str
    what: str
    """The kind of a station, the discipline of a fellow."""
    state: str
    """The status of a station."""
    year: int
    """In which a fellow was recruited; 0 where a transfer brought them, and for stations."""
    inside: bool
