"""Tables of batches, the bank's statement and recoveries. Amounts are integer fen."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class BatchStatus(StrEnum):
    DRAFT = "draft"
    """Made; waits for the checker."""
    RELEASED = "released"
    SETTLED = "settled"
    """The bank has answered every order of it."""
    CANCELLED = "cancelled"
    """Sent back by the checker or taken back by the maker."""


class Batch(Base, table=True):
    """Owed payments that go to the bank together (批次): one makes it, another releases it."""

    __tablename__ = "batch"
    __table_args__ = (
        Index("ix_batch_region_status_id", "region", "status", "id"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int | None = Field(
        default=None,
        sa_column=Column(BigInteger, Identity(always=True), unique=True, nullable=False),
    )
    region: str
    measure: str | None = None
    pool: str | None = None
    status: str = BatchStatus.DRAFT
    count: int
    total_fen: int = Field(sa_type=BigInteger)
    made_by: str
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    released_by: str | None = None
    released_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str | None = None
    """Why it was cancelled."""
    version: int = 1


class BatchItem(Base, table=True):
    """A payment in a batch; `refusal` is the code of why it was not released with the others."""

    __tablename__ = "batch_item"
    __table_args__ = ({"info": {"retention": "ledger"}},)

    batch_id: UUID = Field(primary_key=True, foreign_key="batch.id")
    payment_id: UUID = Field(primary_key=True, foreign_key="payment.id")
    amount_fen: int = Field(sa_type=BigInteger)
    refusal: str | None = None


class Statement(Base, table=True):
    """A day of the bank's statement, compared with our books (对账)."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("day"), {"info": {"retention": "ledger"}})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    day: date
    region: str
    status: str
    """asked, or compared."""
    lines: int = 0
    out_fen: int = Field(default=0, sa_type=BigInteger)
    in_fen: int = Field(default=0, sa_type=BigInteger)
    differences: int = 0
    """Of the day, still open when it was last compared."""
    asked_by: str | None = None
    compared_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 1


class StatementLine(Base, table=True):
    """A line as the bank told it; `taken_fen` is what of an incoming one was booked here."""

    __tablename__ = "statement_line"
    __table_args__ = (
        Index("ix_statement_line_day", "day"),
        Index(
            "ix_statement_line_order_id",
            "order_id",
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        {"info": {"retention": "ledger"}},
    )

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day: date
    direction: str
    """out, or in."""
    order_id: UUID | None = None
    reference: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    taken_fen: int = Field(default=0, sa_type=BigInteger)
    account_mask: str | None = None
    booked_at: datetime = Field(sa_type=DateTime(timezone=True))


class DifferenceKind(StrEnum):
    MISSING_AT_BANK = "missing_at_bank"
    UNKNOWN_HERE = "unknown_here"
    ANOTHER_AMOUNT = "another_amount"
    ANOTHER_ACCOUNT = "another_account"
    GRANTED_TWICE = "granted_twice"
    """Not the bank's: somebody had it granted before, and was erased in between."""
    ATTENDANCE_REVOKED = "attendance_revoked"
    """Not the bank's: it was granted for attendance at an activity, which was then revoked."""
    POSTDOC_CHANGED = "postdoc_changed"
    """Not the bank's: it was granted for a station or fellowship of which the postdoc service said
    otherwise since: revoked, left early, corrected."""


DOUBTS = (
    DifferenceKind.GRANTED_TWICE,
    DifferenceKind.ATTENDANCE_REVOKED,
    DifferenceKind.POSTDOC_CHANGED,
)
"""Those of an application: nothing more of it is paid until a person has explained them."""


class Difference(Base, table=True):
    """Where the bank's statement and our books differ, until a person explains it."""

    __tablename__ = "difference"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_difference_region_state_id", "region", "state", "id"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    region: str
    day: date
    kind: str
    subject: str
    """`order:` or `application:` and its id, or `line:` and its position on the statement."""
    payment_id: UUID | None = None
    ours_fen: int = Field(sa_type=BigInteger)
    theirs_fen: int = Field(sa_type=BigInteger)
    state: str = "open"
    """open, or explained."""
    note: str | None = None
    explained_by: str | None = None
    """None where a later comparison found it gone."""
    found_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 1


class RecoveryStatus(StrEnum):
    PROPOSED = "proposed"
    ORDERED = "ordered"
    """Confirmed by another person: a receivable stands."""
    SETTLED = "settled"
    """Repaid or written off."""
    WITHDRAWN = "withdrawn"


class Recovery(Base, table=True):
    """Money that must come back (追回): paid on false facts, or paid too much by the bank."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(
            "repaid_fen >= 0 AND written_off_fen >= 0 "
            "AND repaid_fen + written_off_fen <= amount_fen",
            name="cleared",
        ),
        Index("ix_recovery_application_id", "application_id"),
        Index("ix_recovery_region_status_id", "region", "status", "id"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int | None = Field(
        default=None,
        sa_column=Column(BigInteger, Identity(always=True), unique=True, nullable=False),
    )
    origin: str
    """granted: it had come from a budget; overpaid: the bank moved more than was ordered."""
    application_id: UUID
    measure: str
    region: str
    payee_kind: str
    payee_owner: UUID
    amount_fen: int = Field(sa_type=BigInteger)
    repaid_fen: int = Field(default=0, sa_type=BigInteger)
    written_off_fen: int = Field(default=0, sa_type=BigInteger)
    status: str
    reason_sealed: bytes | None = None
    proposed_by: str
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    confirmed_by: str | None = None
    write_off_fen: int | None = Field(default=None, sa_type=BigInteger)
    """What one person proposes to write off; another's word does it."""
    write_off_by: str | None = None
    version: int = 1


class RecoveryPart(Base, table=True):
    """What of a recovery falls on one payment, and so on one year's budget."""

    __tablename__ = "recovery_part"
    __table_args__ = (
        CheckConstraint("cleared_fen BETWEEN 0 AND amount_fen", name="cleared"),
        {"info": {"retention": "ledger"}},
    )

    recovery_id: UUID = Field(primary_key=True, foreign_key="recovery.id")
    payment_id: UUID = Field(primary_key=True, foreign_key="payment.id")
    budget_id: UUID = Field(foreign_key="budget.id")
    amount_fen: int = Field(sa_type=BigInteger)
    cleared_fen: int = Field(default=0, sa_type=BigInteger)
