"""What is known of talents and employers."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from .base import BUSINESS, PERSONAL, Base


class Person(Base, table=True):
    """A talent as identity last told: a projection, and no more than conditions ask."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_login", "login"), PERSONAL)

    talent_id: UUID = Field(primary_key=True)
    login: str | None
    region: str
    birth_date: date
    foreign: bool
    """Whether residence is foreign: shorter periods hold."""
    version: int


class Organisation(Base, table=True):
    """An employer as identity last told; `agents` are the logins that may act for it."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_agents", "agents", postgresql_using="gin"),
        BUSINESS,
    )

    employer_id: UUID = Field(primary_key=True)
    region: str
    kind: str
    agents: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    version: int
