"""Kept matches, what must be matched again, and offers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class Mark(Base, table=True):
    """A subject whose facts changed since it was matched.

    Triggers write it in the transaction of the change. It is only ever added and removed, so that
    requests never wait for one another or for the worker; marks of one subject are taken together.
    """

    __tablename__ = "mark"
    __table_args__ = (
        Index("ix_mark_lane_position", "lane", "position"),
        Index("ix_mark_subject_id", "subject_id"),
        {"info": {"retention": "delivery"}},
    )

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    lane: int = Field(sa_type=SmallInteger)
    subject_kind: str
    subject_id: UUID
    spreads: bool
    """Whether what the subject is a party to is to be matched again as well."""
    after: UUID | None = None
    """How far that was done: the last id."""
    run_id: UUID | None = None


class Match(Base, table=True):
    """What a measure comes to for a subject, by the facts when it was last matched.

    One that comes to nothing (ineligible) has no row. No fact about a person is in it.
    """

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("subject_id", "pack_name", "measure"),
        Index("ix_match_region_outcome_id", "region", "outcome", "id"),
        Index("ix_match_region_measure_outcome_id", "region", "measure", "outcome", "id"),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    subject_kind: str
    subject_id: UUID
    pack_name: str
    measure: str
    pack_id: UUID
    """The pack version that said so."""
    region: str
    talent_id: UUID | None
    employer_id: UUID | None
    outcome: str
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    by_registers: bool
    """Whether registers' words alone give this outcome and amount."""
    applied: bool
    """Whether it was applied for, and the application stands."""
    as_of: date
    matched_at: datetime = Field(sa_type=DateTime(timezone=True))


class MatchFigure(Base, table=True):
    """How many matches there are of each sort, kept in the transactions that change them."""

    __tablename__ = "match_figure"
    __table_args__ = ({"info": {"retention": "reference"}},)

    region: str = Field(primary_key=True)
    pack_name: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    subject_kind: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    applied: bool = Field(primary_key=True)
    subjects: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)


class RunStatus(StrEnum):
    WAITING = "waiting"
    MARKING = "marking"
    """Its subjects are being marked, some thousands at a time."""
    MATCHING = "matching"
    """All are marked; some wait to be matched."""
    DONE = "done"


class MatchRun(Base, table=True):
    """One matching of a population again: for a new pack version, or for a new day."""

    __tablename__ = "match_run"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_match_run_status", "status", postgresql_where=text("status <> 'done'")),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str
    """What it is for: it is begun once."""
    reason: str
    """pack or day."""
    region: str | None
    """Whose population; none: everybody."""
    status: str = RunStatus.WAITING
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False), default_factory=list)
    """The kinds of subjects that are still to be marked."""
    after: UUID | None = None
    """The last subject of the first of them that was marked."""
    subjects: int = 0
    """How many there were when it began."""
    marked: int = 0
    matched: int = 0
    begun_at: datetime = Field(sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class OfferStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    """By the one who is paid, or by an application of their own."""
    DECLINED = "declined"
    LAPSED = "lapsed"
    """The facts or the rules have changed."""


class Offer(Base, table=True):
    """Money that is offered without being applied for (免申即享); it waits for a confirmation."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_subject_id", "subject_id", postgresql_where=text("status = 'open'")),
        Index("ix_offer_talent_id_id", "talent_id", "id"),
        Index("ix_offer_employer_id_id", "employer_id", "id"),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    pack_name: str
    measure: str
    pack_id: UUID
    region: str
    subject_kind: str
    subject_id: UUID
    talent_id: UUID | None
    employer_id: UUID | None
    payee_kind: str
    amount_fen: int = Field(sa_type=BigInteger)
    status: str = OfferStatus.OPEN
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_on: date | None
    """The pack's last day."""
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    application_id: UUID | None = None
    version: int = 1


class OfferClaim(Base, table=True):
    """What an offer would claim; nothing is offered twice. A lapsed offer lets go of it."""

    __tablename__ = "offer_claim"
    __table_args__ = (
        Index("ix_offer_claim_offer_id", "offer_id"),
        {"info": {"retention": "business"}},
    )

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    offer_id: UUID
