"""The tables of the identity service.

Columns named `sealed_…` are encrypted with the talent's data key; `blind_index` finds a document
without showing it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel
from talent_kit.tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """A registry of its own: the default one is shared by the whole process."""


_INSTANT: Any = DateTime(timezone=True)
_BUSINESS = {"info": {"retention": "business"}}


class Talent(Base, table=True):
    """One person (人才) under a pseudonymous id, with one login.

    Without a login the talent is on file only: an authority's list named them. Of one who was
    erased the pseudonym stays, and where and when it was registered.
    """

    __tablename__ = "talent"
    __table_args__ = (
        UniqueConstraint("login"),
        Index("ix_talent_region_id", "region", "id"),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    login: str | None
    region: str
    sealed_profile: bytes
    registered_at: datetime = Field(sa_type=_INSTANT)
    formerly: list[UUID] = Field(
        default_factory=list,
        sa_column=Column(ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    )
    """Erased talents who were the same person."""
    agents_word: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Only agents' lists named them so far: their own word, or an office's, goes before."""
    erased_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    version: int


class Erased(Base, table=True):
    """What stays of an erased talent's document: a keyed marker that finds nothing else.

    Who registers the document again is a new talent, to whom no money goes a second time.
    """

    __tablename__ = "erased"
    __table_args__ = (
        Index("ix_erased_talent_id", "talent_id"),
        {"info": {"retention": "ledger"}},
    )

    marker: bytes = Field(primary_key=True)
    talent_id: UUID = Field(primary_key=True)


class Document(Base, table=True):
    """One identity document of a talent; nobody else can register the same one."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("blind_index"),
        Index("ix_document_talent_id", "talent_id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID = Field(foreign_key="talent.id")
    kind: str
    sealed_number: bytes
    sealed_issuer: bytes | None
    blind_index: bytes
    valid_until: date | None
    added_at: datetime = Field(sa_type=_INSTANT)


class Employer(Base, table=True):
    """An organisation that employs talents (用人单位)."""

    __tablename__ = "employer"
    __table_args__ = (UniqueConstraint("credit_code"), _BUSINESS)

    id: UUID = Field(primary_key=True)
    credit_code: str
    name: str
    region: str
    kind: str
    registered_at: datetime = Field(sa_type=_INSTANT)
    version: int


class Agent(Base, table=True):
    """A login that may act for an employer (经办人), to the end of `valid_until` if that is set."""

    __tablename__ = "agent"
    __table_args__ = (Index("ix_agent_login", "login"), _BUSINESS)

    employer_id: UUID = Field(foreign_key="employer.id", primary_key=True)
    login: str = Field(primary_key=True)
    valid_until: date | None
    added_by: str
    added_at: datetime = Field(sa_type=_INSTANT)


class Employment(Base, table=True):
    """A talent's labour contract with an employer, declared by the one, confirmed by the other.

    `filed_by` is the login whose list brought it, `declared_by` whose word it rests on.
    """

    __tablename__ = "employment"
    __table_args__ = (
        UniqueConstraint("talent_id", "employer_id", "contract_from"),
        CheckConstraint("contract_until >= contract_from", "term"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", "ended"),
        Index("ix_employment_employer_id_id", "employer_id", "id"),
        Index("ix_employment_employer_id_status_id", "employer_id", "status", "id"),
        Index("ix_employment_talent_id_id", "talent_id", "id"),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID = Field(foreign_key="talent.id")
    employer_id: UUID = Field(foreign_key="employer.id")
    region: str
    status: str
    declared_by: str = Field(default="talent", sa_column_kwargs={"server_default": "talent"})
    filed_by: str | None = None
    arrangement: str
    contract_kind: str
    contract_from: date
    contract_until: date | None
    rejection: str | None
    ended_on: date | None
    declared_at: datetime = Field(sa_type=_INSTANT)
    changed_at: datetime = Field(sa_type=_INSTANT)
    version: int


class Code(Base, table=True):
    """One issue of a talent's code (人才码); at most one of a talent's codes is not void."""

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("talent_id", "serial"),
        Index(
            "uq_code_current", "talent_id", unique=True, postgresql_where=text("voided_at IS NULL")
        ),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID = Field(foreign_key="talent.id")
    number: str
    serial: int
    issued_at: datetime = Field(sa_type=_INSTANT)
    voided_at: datetime | None = Field(sa_type=_INSTANT)


class LoginSession(Base, table=True):
    """A talent's stay signed in on one device, apart from the issuer's short tokens.

    The refresh token itself is never kept, only keyed hashes: of the part that stays, by which the
    session is found, and of the part that changes at each use. `handle` is a keyed hash of who the
    talent is at the provider, such as of a WeChat openid, which is not kept either.
    """

    __tablename__ = "login_session"
    __table_args__ = (
        UniqueConstraint("family"),
        Index("ix_login_session_login_id", "login", "id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(primary_key=True)
    login: str
    provider: str
    handle: bytes
    family: bytes
    secret: bytes
    previous: bytes | None
    opened_at: datetime = Field(sa_type=_INSTANT)
    used_at: datetime = Field(sa_type=_INSTANT)
    ends_at: datetime = Field(sa_type=_INSTANT)


class Appointment(Base, table=True):
    """What somebody is appointed to do (任命): roles of staff in a region, from one day to another.

    `username` is their account's name in the directory, which is no person's name; `login` the
    account's subject, known once the appointment was applied there, by version `applied_version`.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", "term"),
        Index(
            "uq_appointment_standing",
            "username",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_appointment_login", "login"),
        Index("ix_appointment_region_id", "region", "id"),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    username: str
    region: str
    roles: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    valid_from: date
    valid_until: date | None
    appointed_by: str
    appointed_at: datetime = Field(sa_type=_INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    login: str | None = None
    applied_version: int = 0
    version: int


class RegistryEntry(Base, table=True):
    """Something that a talent achieved, as the service tells of it that saw to it.

    It has the id that the thing has there; what turned out not to have been is removed.
    """

    __tablename__ = "registry_entry"
    __table_args__ = (
        Index("ix_registry_entry_talent_id", "talent_id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID = Field(foreign_key="talent.id")
    kind: str
    """`postdoc_completed`: left a postdoc station with its certificate (博士后出站)."""
    reached_on: date
    version: int
