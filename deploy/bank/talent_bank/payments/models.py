"""The tables of the payment provider. Of who pays it keeps nothing."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from ..models import Base

_INSTANT: Any = DateTime(timezone=True)


class CheckoutStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


class RefundStatus(StrEnum):
    PENDING = "pending"
    MADE = "made"


class Checkout(Base, table=True):
    """An order of the merchant's, from the first that anybody asks about it."""

    __tablename__: ClassVar[str] = "checkout"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    number: UUID = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    """0 of one that was closed before anybody opened it."""
    title: str
    status: CheckoutStatus = Field(sa_type=String)


class Payment(Base, table=True):
    """Money that somebody paid for an order."""

    __tablename__: ClassVar[str] = "payment"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    id: UUID = Field(primary_key=True)
    number: UUID = Field(foreign_key="checkout.number", index=True)
    amount_fen: int = Field(sa_type=BigInteger)
    paid_at: datetime = Field(sa_type=_INSTANT)


class Refund(Base, table=True):
    """Money that goes back of a payment; its number is the merchant's."""

    __tablename__: ClassVar[str] = "refund"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    number: UUID = Field(primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    amount_fen: int = Field(sa_type=BigInteger)
    status: RefundStatus = Field(sa_type=String)
    make_at: datetime | None = Field(default=None, sa_type=_INSTANT, index=True)
    """When one that is pending will be made."""
    made_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class PaymentLine(Base, table=True):
    """A line of the statement: a payment that came, or a refund that went."""

    __tablename__: ClassVar[str] = "payment_line"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    kind: str
    """payment, or refund."""
    reference: UUID = Field(unique=True)
    """The payment's id, or the refund's number."""
    number: UUID
    amount_fen: int = Field(sa_type=BigInteger)
    booked_at: datetime = Field(sa_type=_INSTANT, index=True)


class Notice(Base, table=True):
    """That the merchant is still to be told of a payment."""

    __tablename__: ClassVar[str] = "notice"
    __table_args__ = ({"info": {"retention": "delivery"}},)

    id: UUID = Field(primary_key=True)
    number: UUID
    due: datetime = Field(sa_type=_INSTANT, index=True)
    tries: int = 0


class PaymentControl(Base, table=True):
    """The one row that says how the provider behaves and counts what it was asked.

    Whoever books locks it first, so that the positions of lines are in order of commit.
    """

    __tablename__: ClassVar[str] = "payment_control"
    __table_args__ = ({"info": {"retention": "reference"}},)

    id: int = Field(primary_key=True)
    payments: int = Field(sa_type=BigInteger)
    refunds: int = Field(sa_type=BigInteger)
    questions: int = Field(sa_type=BigInteger)
    behaviour: dict[str, Any] = Field(sa_type=JSONB)
