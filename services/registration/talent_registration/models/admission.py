"""Further tables of the registration service: whom an activity admits besides who comes first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, PERSONAL, Base


class Hold(Base, table=True):
    """Seats set aside for guests (预留): taken of the ticket's quotas, and nobody's yet.

    `seats` are those that are left of it; what a guest takes is a registration's from then on.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("seats >= 0", "seats"),
        Index("ix_hold_activity_id_id", "activity_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    ticket_id: UUID = Field(foreign_key="ticket.id")
    name: str
    seats: int
    until: datetime | None = Field(default=None, sa_type=INSTANT)
    """When what is left of it goes to who waits; none: when the organiser says so."""
    made_at: datetime = Field(sa_type=INSTANT)
    version: int


class Invitation(Base, table=True):
    """A code that admits one person to a ticket once; of it only a keyed hash is kept.

    `hold_id` where it takes a seat of a hold, as long as one is left there. One that is `named` is
    for the talent whose code's number has this SHA-256, who gives no code.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("uq_invitation_activity_id_digest", "activity_id", "digest", unique=True),
        Index("ix_invitation_activity_id_id", "activity_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    ticket_id: UUID = Field(foreign_key="ticket.id")
    hold_id: UUID | None = Field(default=None, foreign_key="hold.id")
    digest: bytes
    named: bool = False
    until: datetime | None = Field(default=None, sa_type=INSTANT)
    made_at: datetime = Field(sa_type=INSTANT)
    registration_id: UUID | None = None
    """Whose it became; it is spent then for good, unless it is named."""
    revoked_at: datetime | None = Field(default=None, sa_type=INSTANT)


class CodeTries(Base, table=True):
    """How often somebody gave a wrong code for an activity since an instant."""

    __tablename__ = "code_tries"
    __table_args__ = (
        Index("ix_code_tries_talent_id", "talent_id"),
        PERSONAL,
    )

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.id")
    talent_id: UUID = Field(primary_key=True)
    tries: int
    since: datetime = Field(sa_type=INSTANT)


class AskedQuestion(Base, table=True):
    """A question to who registers (报名问题); `content` is its part of the activity's document."""

    __tablename__ = "question"
    __table_args__ = (
        Index("uq_question_activity_id_name", "activity_id", "name", unique=True),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    name: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class AnswerSheet(Base, table=True):
    """What somebody answered, sealed with their data key: JSON by the names of questions."""

    __tablename__ = "answer_sheet"
    __table_args__ = (Index("ix_answer_sheet_talent_id", "talent_id"), PERSONAL)

    registration_id: UUID = Field(primary_key=True, foreign_key="registration.id")
    talent_id: UUID
    sealed: bytes
    version: int


class CalendarFeed(Base, table=True):
    """A secret address of somebody's calendar, for a program that fetches it; a hash of it."""

    __tablename__ = "calendar_feed"
    __table_args__ = (Index("uq_calendar_feed_digest", "digest", unique=True), PERSONAL)

    talent_id: UUID = Field(primary_key=True)
    digest: bytes
    made_at: datetime = Field(sa_type=INSTANT)
