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
    account_mask: str | None = None
    """The last digits, for whoever releases; none on file from before they were kept."""
    version: int = 1
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))


class Budget(Base, table=True):
    """What an authority may spend from one pool in one year.

    Without a limit the year is not yet appropriated: instalments may be reserved in it, none paid.
    """

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("pool", "region", "year"),
        Index("ix_budget_region_id", "region", "id"),
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
        UniqueConstraint("source_id", "kind", "payment_id"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("debit <> credit", name="accounts"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    debit: str
    credit: str
    amount_fen: int = Field(sa_type=BigInteger)
    region: str
    source_id: UUID
    """What it books, once: the payment awarded or stopped, the bank's order, the recovery, or a
    line of the statement."""
    payment_id: UUID
    booked_at: datetime = Field(sa_type=DateTime(timezone=True))


class Balance(Base, table=True):
    """Credits less debits of one kind of account in a region, in shards; the database keeps it."""

    __tablename__ = "balance"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    shard: int = Field(primary_key=True)
    balance_fen: int = Field(sa_type=BigInteger)
    debits: int = Field(sa_type=BigInteger)
    """How many transfers took from accounts of this kind."""


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
    DISPUTED = "disputed"
    """The bank booked another amount; two persons settle it."""


class Payment(Base, table=True):
    """One instalment of an approved application."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("application_id", "instalment"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("recovering_fen BETWEEN 0 AND paid_fen", name="recovering"),
        Index("ix_payment_region_id", "region", "id"),
        Index("ix_payment_region_status_id", "region", "status", "id"),
        Index("ix_payment_batch_id", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
        Index(
            "ix_payment_planned",
            "budget_id",
            "due",
            postgresql_where=text("status = 'planned'"),
        ),
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
    approved_at: datetime = Field(sa_type=DateTime(timezone=True))
    released_by: str | None = None
    failure: str | None = None
    batch_id: UUID | None = Field(default=None, foreign_key="batch.id")
    """The batch in which it stands or last went to the bank."""
    paid_fen: int = Field(default=0, sa_type=BigInteger)
    """What the bank has moved; another amount than was ordered only after a dispute."""
    recovering_fen: int = Field(default=0, sa_type=BigInteger)
    """What of it is being recovered, or was."""
    version: int = 1


class OrderStatus(StrEnum):
    READY = "ready"
    SENT = "sent"
    """Given to the bank at least once; without an answer the outcome is unknown."""
    BOOKED = "booked"
    REFUSED = "refused"
    DISPUTED = "disputed"
    """The bank booked another amount; nothing is booked here until two persons settle it."""
    SHORT = "short"
    """Settled at less than was ordered; the rest goes under a new order."""


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
            postgresql_where=text("status NOT IN ('refused', 'short')"),
        ),
        Index(
            "ix_bank_order_open",
            "next_at",
            postgresql_where=text("status IN ('ready', 'sent')"),
        ),
        Index(
            "ix_bank_order_booked_at",
            "booked_at",
            postgresql_where=text("booked_at IS NOT NULL"),
        ),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id")
    attempt: int
    account_sealed: bytes | None = None
    """The payee's account as first sent, sealed: a repeated order goes where the first one went."""
    account_mask: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    status: str = OrderStatus.READY
    reason: str | None = None
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    tries: int = 0
    next_at: datetime = Field(sa_type=DateTime(timezone=True))
    """When an open order is sent, or asked for again; in the future while a worker holds it."""
    settled_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    booked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    """The bank's word, by which the order belongs to a day's statement."""
    booked_fen: int = Field(default=0, sa_type=BigInteger)
    """What the ledger has of it."""
    bank_fen: int | None = Field(default=None, sa_type=BigInteger)
    """In a dispute: what the bank has moved, less what came back."""
    resolution: str | None = None
    """What one person proposes for a dispute; another's same word settles it."""
    resolution_by: str | None = None
    resolution_note: str | None = None
