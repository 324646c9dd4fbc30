"""The tables of the bank. Of an account it keeps a keyed fingerprint and the last digits alone."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from talent_kit.tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """Base of the bank's own tables."""


class Status(StrEnum):
    """What has become of an order."""

    ACCEPTED = "accepted"
    BOOKED = "booked"
    FAILED = "failed"


class Transfer(Base, table=True):
    """An order as the bank took it."""

    __tablename__: ClassVar[str] = "transfer"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    order_id: UUID = Field(primary_key=True)
    fingerprint: bytes
    amount_fen: int = Field(sa_type=BigInteger)
    status: Status = Field(sa_type=String)
    reason: str | None = None
    taken_at: datetime = Field(sa_type=DateTime(timezone=True))
    book_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True), index=True)
    """When an accepted order will be booked."""
    booked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    account_mask: str


class Booking(Base, table=True):
    """A line of the statement: money that moved, out or in. One per order, whatever is tried."""

    __tablename__: ClassVar[str] = "booking"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    order_id: UUID | None = Field(default=None, unique=True)
    direction: str
    """out, or in."""
    reference: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    account_mask: str | None = None
    booked_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class Control(Base, table=True):
    """The one row that says how the bank behaves and counts the orders it was sent.

    Whoever books locks it first, so that the positions of bookings are in order of commit.
    """

    __tablename__: ClassVar[str] = "control"
    __table_args__ = ({"info": {"retention": "reference"}},)

    id: int = Field(primary_key=True)
    received: int = Field(sa_type=BigInteger)
    behaviour: dict[str, Any] = Field(sa_type=JSONB)
