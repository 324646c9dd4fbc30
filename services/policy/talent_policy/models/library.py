"""Published policy packs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import Base


class Pack(Base, table=True):
    """A policy pack by name; `version` is its newest published version."""

    __table_args__ = (Index("ix_pack_region", "region"), {"info": {"retention": "ledger"}})

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    region: str
    version: int


class PackVersion(Base, table=True):
    """One published version of a pack: immutable, so that decisions replay to the same answer."""

    __tablename__ = "pack_version"
    __table_args__ = (
        UniqueConstraint("pack_id", "version"),
        {"info": {"retention": "ledger"}},
    )

    id: UUID = Field(primary_key=True)
    pack_id: UUID = Field(foreign_key="pack.id")
    name: str
    version: int
    digest: str
    """SHA-256 of the canonical content, in hexadecimal."""
    region: str
    valid_from: date
    valid_until: date | None = None
    """Last day on which the pack is in force."""
    measures: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    content: Any = Field(sa_column=Column(JSONB, nullable=False))
    published_at: datetime = Field(sa_type=DateTime(timezone=True))
    published_by: str
