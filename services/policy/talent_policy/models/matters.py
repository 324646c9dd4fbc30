"""Matters: what is neither a person, an organisation nor an employment, and still has facts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field
from talent_kit.identifiers import new_id

from .base import Base


class Matter(Base, table=True):
    """One matter (事项) of a person, an organisation, or both: a project, a journey, a contest.

    Only what has no person in it has a title, so that no words about somebody stand in clear. What
    registration's check-in or the postdoc service told of has its id there, and its version.
    """

    __tablename__ = "matter"
    __table_args__ = (
        CheckConstraint("num_nonnulls(talent_id, employer_id) > 0", name="parties"),
        CheckConstraint("title IS NULL OR talent_id IS NULL", name="title"),
        Index("ix_matter_talent_id_id", "talent_id", "id"),
        Index("ix_matter_employer_id_id", "employer_id", "id"),
        Index("ix_matter_region_id", "region", "id"),
        {"info": {"retention": "business"}},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    talent_id: UUID | None = None
    employer_id: UUID | None = None
    region: str
    title: str | None = None
    version: int = 1
