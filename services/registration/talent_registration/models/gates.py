"""The tables of check-in: codes by their digest, gates, devices, scans, attendance."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class TalentCode(Base, table=True):
    """Whose a code is, by the SHA-256 of its number; of one talent the highest serial is good."""

    __tablename__ = "talent_code"
    __table_args__ = (
        Index("ix_talent_code_talent_id", "talent_id"),
        {"info": {"retention": "personal"}},
    )

    digest: bytes = Field(primary_key=True)
    talent_id: UUID
    serial: int


class CodeKeySet(Base, table=True):
    """The keys that verify codes, as their issuer last published them."""

    __tablename__ = "code_key_set"
    __table_args__ = ({"info": {"retention": "reference"}},)

    issuer: str = Field(primary_key=True)
    document: str
    fetched_at: datetime = Field(sa_type=INSTANT)


class Gate(Base, table=True):
    """A gate (检票口): for which sessions it opens, and which tickets it admits."""

    __tablename__ = "gate"
    __table_args__ = (
        CheckConstraint("early_minutes >= 0", "early"),
        Index("uq_gate_activity_id_name", "activity_id", "name", unique=True),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    name: str
    meeting_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    ticket_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    once: bool
    exits: bool
    admits_unknown: bool
    """Whether a device lets in whose code is good and who is not in its list, to be looked at."""
    counts: bool
    """Whether an entry here means that somebody took part."""
    early_minutes: int
    version: int


class GateDevice(Base, table=True):
    """A device at a gate, known by a secret of which only the hash is here."""

    __tablename__ = "gate_device"
    __table_args__ = (
        Index("uq_gate_device_secret_hash", "secret_hash", unique=True),
        Index("ix_gate_device_gate_id_id", "gate_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    gate_id: UUID = Field(foreign_key="gate.id")
    label: str
    secret_hash: bytes
    enrolled_at: datetime = Field(sa_type=INSTANT)
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)


class Scan(Base, table=True):
    """One scan at a gate, and what it came to.

    `counted` is a way in or out; `conflict` somebody who was let in although they should not, or
    of whom that is not known yet; `refused` somebody who was not. `at` is when it was, by the
    service's clock; `device_at` what the device's own said.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("result IN ('counted', 'conflict', 'refused')", "result"),
        CheckConstraint("(result = 'counted') = (reason IS NULL)", "reason"),
        Index("uq_scan_gate_id_scan_id", "gate_id", "scan_id", unique=True),
        Index("ix_scan_registration_id_at_id", "registration_id", "at", "id"),
        Index(
            "ix_scan_counted",
            "activity_id",
            "registration_id",
            "at",
            postgresql_where=text("result = 'counted'"),
        ),
        Index(
            "ix_scan_conflict",
            "activity_id",
            "id",
            postgresql_where=text("result = 'conflict'"),
        ),
        Index("ix_scan_digest", "digest", postgresql_where=text("digest IS NOT NULL")),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    scan_id: UUID
    """Made by the device; the same scan sent again is the same."""
    activity_id: UUID
    gate_id: UUID = Field(foreign_key="gate.id")
    scanned_by: str
    """The device's id, or the organiser's login."""
    out: bool
    registration_id: UUID | None
    meeting_id: UUID | None
    digest: bytes | None
    """Of a code whose talent is not known yet."""
    at: datetime = Field(sa_type=INSTANT)
    device_at: datetime | None = Field(sa_type=INSTANT)
    received_at: datetime = Field(sa_type=INSTANT)
    result: str
    reason: str | None


class ScanBatch(Base, table=True):
    """What a device brought after a time without a network, and by how much its clock was wrong."""

    __tablename__ = "scan_batch"
    __table_args__ = (BUSINESS,)

    gate_id: UUID = Field(primary_key=True, foreign_key="gate.id")
    id: UUID = Field(primary_key=True)
    sent_by: str
    scans: int
    behind_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The service's clock less the device's, in milliseconds."""
    received_at: datetime = Field(sa_type=INSTANT)


class Attendance(Base, table=True):
    """Somebody was there: a fact from which measures pay; one for each registration."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index("uq_attendance_registration_id", "registration_id", unique=True),
        Index("ix_attendance_activity_id_id", "activity_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    registration_id: UUID = Field(foreign_key="registration.id")
    talent_id: UUID
    kind: str
    host: str
    region: str
    held_in: str | None
    recruitment: bool
    invited: bool
    attended_on: date
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int


@dataclass(frozen=True, slots=True)
class Fact:
    """An attendance where many come at once; an object of the ORM costs ten times as much."""

    id: UUID
    activity_id: UUID
    registration_id: UUID
    talent_id: UUID
    kind: str
    host: str
    region: str
    held_in: str | None
    recruitment: bool
    invited: bool
    attended_on: date
    version: int
    revoked_at: None = None
