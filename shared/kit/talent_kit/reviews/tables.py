"""Reviews and what happened to them: tables of the services that use them, and no others.

Their SQL is frozen as `schema/reviews-0001.sql` and on.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from ..tables import new_registry


class Base(SQLModel, registry=new_registry()):
    """A registry of its own: the default one is shared by the whole process."""


NOBODY = "erased"
"""Who acted where whoever it was has been erased; the database lets no other word in."""
_INSTANT: Any = DateTime(timezone=True)
_BUSINESS = {"info": {"retention": "business"}}


class Review(Base, table=True):
    """A review of something that its service knows by `subject_kind` and `subject_id`.

    `region` is that of what is reviewed, `step_region` the one whose office has the present step.
    The title says in public what is under review. `since`, `due_on` and `standing` are as in a
    `Course`.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_open_subject_id",
            "subject_id",
            unique=True,
            postgresql_where=text("status IN ('open', 'returned')"),
        ),
        Index("ix_review_subject_id_id", "subject_id", "id"),
        Index(
            "ix_review_to_do",
            "step_region",
            "step_began_at",
            "id",
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_review_published",
            "id",
            postgresql_where=text("status = 'open' AND step_kind = 'publication'"),
        ),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    subject_kind: str
    subject_id: UUID
    region: str
    title_zh: str
    title_en: str
    plan: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    position: int
    round: int
    status: str
    step: str
    step_kind: str
    step_region: str
    step_role: str
    step_began_at: datetime = Field(sa_type=_INSTANT)
    since: date
    due_on: date | None
    standing: int
    escalated: bool
    begun_at: datetime = Field(sa_type=_INSTANT)
    changed_at: datetime = Field(sa_type=_INSTANT)
    version: int


class ReviewAct(Base, table=True):
    """Something that happened to a review; append-only, the database refuses to change it.

    But for an erasure, which puts `NOBODY` in the place of who acted.
    What was said is sealed by the service's keyring for `review_act.words:{id}`.
    """

    __tablename__ = "review_act"
    __table_args__ = (
        Index("uq_review_act_review_id_number", "review_id", "number", unique=True),
        _BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="review.id")
    number: int
    """In their order, from 1."""
    kind: str
    step: str
    round: int
    actor: str
    words_sealed: bytes | None
    detail: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_type=_INSTANT)
