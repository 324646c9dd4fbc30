"""Further tables of the registration service: what seats cost, what was paid and given back.

They hold no person: orders lead to a registration, which has a pseudonym.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field

from .base import INSTANT, Base

LEDGER: dict[str, Any] = {"info": {"retention": "ledger"}}


class PaymentOrder(Base, table=True):
    """What somebody is to pay for a seat (支付订单); its id is the number that the provider knows.

    One for each registration, so that nobody pays for a seat under two numbers. `payment_id` is the
    provider's payment that bought the seat.
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", "amount"),
        CheckConstraint("(status = 'paid') = (payment_id IS NOT NULL)", "payment"),
        Index("uq_payment_order_registration_id", "registration_id", unique=True),
        Index("ix_payment_order_activity_id_id", "activity_id", "id"),
        LEDGER,
    )

    id: UUID = Field(primary_key=True)
    registration_id: UUID = Field(foreign_key="registration.id")
    activity_id: UUID = Field(foreign_key="activity.id")
    amount_fen: int = Field(sa_type=BigInteger)
    status: str
    """open, paid, or closed: nobody can pay it any more."""
    made_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    payment_id: UUID | None = None
    version: int


class PaymentEntry(Base, table=True):
    """Money that moved, as the provider said: `paid` or `refunded`; append-only.

    `reference` is the provider's payment, or the number of the refund.
    """

    __tablename__ = "payment_entry"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", "amount"),
        Index("uq_payment_entry_kind_reference", "kind", "reference", unique=True),
        Index("ix_payment_entry_order_id", "order_id"),
        Index("ix_payment_entry_at", "at"),
        LEDGER,
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="payment_order.id")
    kind: str
    reference: UUID
    amount_fen: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=INSTANT)
    """By the provider's clock."""


class Refund(Base, table=True):
    """Money that is to go back of one payment (退款), once; its id is the number of the refund."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", "amount"),
        Index("uq_refund_payment_id", "payment_id", unique=True),
        Index("ix_refund_order_id", "order_id"),
        LEDGER,
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="payment_order.id")
    payment_id: UUID
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
    status: str
    """ordered, or made."""
    ordered_at: datetime = Field(sa_type=INSTANT)
    made_at: datetime | None = Field(default=None, sa_type=INSTANT)
    tries: int = 0
    """How often the provider was asked for it without an answer that it is made."""


class PaymentLine(Base, table=True):
    """A line of the provider's statement, as it was read."""

    __tablename__ = "payment_line"
    __table_args__ = (
        Index("ix_payment_line_kind_reference", "kind", "reference"),
        Index("ix_payment_line_booked_at", "booked_at"),
        LEDGER,
    )

    position: int = Field(
        sa_column=Column(BigInteger, primary_key=True, autoincrement=False, nullable=False)
    )
    kind: str
    reference: UUID
    order_id: UUID
    """As the provider says; there may be no such order."""
    amount_fen: int = Field(sa_type=BigInteger)
    booked_at: datetime = Field(sa_type=INSTANT)


class PaymentDay(Base, table=True):
    """A day that was compared with the provider's statement."""

    __tablename__ = "payment_day"
    __table_args__ = (LEDGER,)

    day: date = Field(primary_key=True)
    compared_at: datetime = Field(sa_type=INSTANT)


class PaymentDifference(Base, table=True):
    """Where our entries and the provider's statement differ, until somebody explains it."""

    __tablename__ = "payment_difference"
    __table_args__ = (
        Index("uq_payment_difference_kind_reference", "kind", "reference", unique=True),
        Index("ix_payment_difference_organiser_id", "organiser", "id"),
        Index("ix_payment_difference_region_id", "region", "id"),
        LEDGER,
    )

    id: UUID = Field(primary_key=True)
    kind: str
    """paid or refunded."""
    reference: UUID
    activity_id: UUID | None
    """None of what nobody here knows."""
    organiser: str | None
    region: str
    day: date
    ours_fen: int = Field(sa_type=BigInteger)
    theirs_fen: int = Field(sa_type=BigInteger)
    found_at: datetime = Field(sa_type=INSTANT)
    note: str | None = None
    explained_by: str | None = None
    version: int
