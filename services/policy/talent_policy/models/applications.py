"""Tables of applications and decisions."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class ApplicationStatus(StrEnum):
    PENDING = "pending"
    RETURNED = "returned"
    """For correction by the applicant."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    """Decided; the money waits for release."""
    GRANTED = "granted"
    """Decided, and nothing is to be paid: an offset (抵免)."""
    PAYING = "paying"
    PAYMENT_FAILED = "payment_failed"
    PAID = "paid"
    """Every instalment that was not stopped has been paid."""
    STOPPED = "stopped"
    """Approved, but nothing of it is to be paid any more."""
    RECOVERING = "recovering"
    """Money that was paid must come back."""
    RECOVERED = "recovered"
    """It came back, or was written off, and nothing more is to be paid."""


class Step(StrEnum):
    """What must be done next with an application."""

    REVIEW = "review"
    """By a reviewer."""
    CORRECTION = "correction"
    """By the applicant."""
    RELEASE = "release"
    """By finance: a payment is owed."""
    REPAIR = "repair"
    """By finance: the bank refused a payment, or booked another amount."""


class Application(Base, table=True):
    """One request for one measure, about one subject."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_open",
            "measure",
            "subject_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'returned')"),
        ),
        Index("ix_application_region_id", "region", "id"),
        Index("ix_application_region_status_id", "region", "status", "id"),
        Index(
            "ix_application_waiting",
            *("region", "step", "submitted_at", "id"),
            postgresql_where=text("step IS NOT NULL"),
        ),
        Index(
            "ix_application_waiting_measure",
            *("region", "step", "measure", "submitted_at", "id"),
            postgresql_where=text("step IS NOT NULL"),
        ),
        Index("ix_application_talent_id", "talent_id", "id"),
        Index("ix_application_employer_id", "employer_id", "id"),
        Index("ix_application_subject_id", "subject_id"),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: str = Field(unique=True)
    """What people call it by: year, random digits, check character."""
    measure: str
    pack_id: UUID
    """The pack version in force when it was submitted; its rules decide for good."""
    pack_name: str
    region: str
    subject_kind: str
    subject_id: UUID
    talent_id: UUID | None
    employer_id: UUID | None
    payee_kind: str
    login: str
    status: str
    step: str | None
    """What must be done next; none where nobody must do anything."""
    waiting_since: datetime = Field(sa_type=DateTime(timezone=True))
    """When it came to this step."""
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    as_of: date
    submitted_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 1


class Decision(Base, table=True):
    """One decision on an application, never changed; the record is sealed.

    The record replays to the same answer: it holds the facts with their sources, the settings and
    the versions of pack, language and calendar.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: UUID = Field(foreign_key="application.id")
    number: int
    result: str
    """approved, rejected or returned."""
    decided_by: str | None
    """The reviewer; none where the rules decided."""
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))
    pack_digest: str
    as_of: date
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    key_owner: UUID
    """Whose data key seals the record: the talent, or the organisation where no person is in it."""
    record_sealed: bytes
