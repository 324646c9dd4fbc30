"""Tables of payees and money. Amounts are integer fen."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class Payee(Base, table=True):
    """Where money for a talent or an employer goes; account and holder are sealed."""

    __tablename__ = "payee"
    __table_args__ = (UniqueConstraint("kind", "owner_id"), {"info": {"retention": "personal"}})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    owner_id: UUID
    account_sealed: bytes
    holder_sealed: bytes
    bank_code: str
    version: int = 1
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))


class Budget(Base, table=True):
    """What an authority may spend from one pool in one year.

    Without a limit the year is not yet appropriated: instalments may be reserved in it, none paid.
    """

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("pool", "region", "year"),
        CheckConstraint("reserved_fen >= 0", name="reserved"),
        CheckConstraint("reserved_fen <= limit_fen", name="limit"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    pool: str
    region: str
    year: int
    limit_fen: int | None = Field(default=None, sa_type=BigInteger)
    reserved_fen: int = Field(default=0, sa_type=BigInteger)
    version: int = 1


class Claim(Base, table=True):
    """One fact, paid once: the key is unique per measure or exclusion group."""

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_application_id", "application_id"),
        {"info": {"retention": "ledger"}},
    )

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    application_id: UUID


class Counter(Base, table=True):
    """What was granted under a quota, a cap or an exclusion group; only awards raise it."""

    __tablename__ = "counter"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        {"info": {"retention": "ledger"}},
    )

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    used: int = Field(default=0, sa_type=BigInteger)
    """Places, or fen."""


class Transfer(Base, table=True):
    """One immutable movement of money between two accounts, so that the ledger sums to zero."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("kind", "payment_id"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("debit <> credit", name="accounts"),
        Index("ix_transfer_debit", "debit"),
        Index("ix_transfer_credit", "credit"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    debit: str
    credit: str
    amount_fen: int = Field(sa_type=BigInteger)
    payment_id: UUID
    booked_at: datetime = Field(sa_type=DateTime(timezone=True))


class PaymentStatus(StrEnum):
    PLANNED = "planned"
    """An instalment of a later day: its budget is reserved, nothing is owed yet."""
    ORDERED = "ordered"
    """Owed, and waits for release by finance."""
    RELEASED = "released"
    """On its way to the bank."""
    PAID = "paid"
    FAILED = "failed"
    """The bank refused; released again once the cause is repaired."""
    STOPPED = "stopped"
    """The facts no longer hold on the due day."""


class Payment(Base, table=True):
    """One instalment of an approved application."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("application_id", "instalment"),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index("ix_payment_region_status_id", "region", "status", "id"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID
    instalment: int
    measure: str
    region: str
    payee_kind: str
    payee_owner: UUID
    budget_id: UUID = Field(foreign_key="budget.id")
    amount_fen: int = Field(sa_type=BigInteger)
    due: date
    status: str
    approved_by: str | None
    """The reviewer; none where the rules decided."""
    released_by: str | None = None
    failure: str | None = None
    version: int = 1


class OrderStatus(StrEnum):
    READY = "ready"
    SENT = "sent"
    """Given to the bank at least once; without an answer the outcome is unknown."""
    BOOKED = "booked"
    REFUSED = "refused"


class BankOrder(Base, table=True):
    """One order to the bank; its id is the bank's idempotency key.

    A payment gets a new order only after the bank has refused the one before.
    """

    __tablename__ = "bank_order"
    __table_args__ = (
        UniqueConstraint("payment_id", "attempt"),
        Index(
            "uq_bank_order_open",
            "payment_id",
            unique=True,
            postgresql_where=text("status <> 'refused'"),
        ),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    attempt: int
    account_sealed: bytes | None = None
    """The payee's account as first sent, sealed: a repeated order goes where the first one went."""
    amount_fen: int = Field(sa_type=BigInteger)
    status: str = OrderStatus.READY
    reason: str | None = None
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    settled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
