"""Figures kept by events. Amounts are integer fen."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from .base import Base


class Figure(Base, table=True):
    """How many applications or payments stand where, and what they come to.

    `kind` says of what: `status` and `step` of applications, `payment` by its status, and `first`
    by the status of first instalments alone. The year is that of the application's submission
    (Asia/Shanghai).
    """

    __tablename__ = "figure"
    __table_args__ = ({"info": {"retention": "reference"}},)

    region: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    items: int
    fen: int = Field(sa_type=BigInteger)


class Counted(Base, table=True):
    """How an application or a payment is counted in the figures at present."""

    __tablename__ = "counted"
    __table_args__ = ({"info": {"retention": "reference"}},)

    id: UUID = Field(primary_key=True)
    version: int
    region: str
    year: int
    measure: str
    kind: str
    """`status` for an application, `payment` for a payment."""
    state: str
    step: str | None
    """What an application waits for; of a payment `first` where it is the first instalment."""
    fen: int = Field(sa_type=BigInteger)
