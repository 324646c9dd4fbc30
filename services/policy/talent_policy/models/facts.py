"""Facts and the subjects that they are facts of."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import Base


class Person(Base, table=True):
    """Projection of identity's talents."""

    __table_args__ = ({"info": {"retention": "personal"}},)

    talent_id: UUID = Field(primary_key=True)
    login: str | None = Field(unique=True)
    """None: on file with identity, not registered yet."""
    region: str
    formerly: list[UUID] = Field(
        default_factory=list,
        sa_column=Column(ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    )
    """Erased talents who were the same person."""
    version: int


class Organisation(Base, table=True):
    """Projection of identity's employers; `agents` are the logins that may act.

    `former_agents` are all who ever were: whoever leaves the list stays a party.
    """

    __table_args__ = ({"info": {"retention": "business"}},)

    employer_id: UUID = Field(primary_key=True)
    region: str
    kind: str
    agents: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    former_agents: list[str] = Field(
        default_factory=list,
        sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")),
    )
    version: int


class Employment(Base, table=True):
    """Projection of identity's employments; a row may come before those of its two parties."""

    __table_args__ = (
        Index("ix_employment_talent_id_id", "talent_id", "id"),
        Index("ix_employment_employer_id_id", "employer_id", "id"),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(primary_key=True)
    talent_id: UUID
    employer_id: UUID
    status: str
    version: int


class Observation(Base, table=True):
    """What one source says of one fact of a subject from one day on; its newest word.

    A fact of a person or an employment is in `sealed`, under the data key of `talent_id`; a fact of
    an organisation or a project is in `value`.
    """

    __table_args__ = (
        UniqueConstraint(
            "subject_id",
            "subject_kind",
            "name",
            "source",
            "valid_from",
            name="uq_observation_word",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_observation_subject_id_id", "subject_id", "id"),
        CheckConstraint(
            "num_nonnulls(value, sealed) = 1 AND (sealed IS NULL) = (talent_id IS NULL)",
            name="sealed",
        ),
        {"info": {"retention": "personal"}},
    )

    id: UUID = Field(primary_key=True)
    subject_kind: str
    subject_id: UUID
    name: str
    source: str
    verified: bool
    value: Any = Field(sa_column=Column(JSONB(none_as_null=True)), default=None)
    sealed: bytes | None = None
    talent_id: UUID | None = Field(default=None, index=True)
    observed_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    valid_from: date | None = None
    valid_until: date | None = None
    """Last day on which the fact holds."""


class Standing(Base, table=True):
    """What was last told of a talent's degree and classes, as verified; `id` is the talent's."""

    __tablename__ = "standing"
    __table_args__ = ({"info": {"retention": "personal"}},)

    id: UUID = Field(primary_key=True)
    degree: str | None
    talent_classes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """The code of each scheme, such as `city.c`, in their order."""
    version: int
    """0 while nothing was told."""
