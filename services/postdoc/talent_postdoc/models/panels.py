"""Panels of experts, who sits on them and how they voted."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Panel(Base, table=True):
    """Experts who assess one thing for one purpose (考核组、评审组), of each attempt one panel.

    `unit_id` is that of the station it is about. Minutes open under `panel.minutes:{id}`.
    """

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint("(status = 'concluded') = (concluded_on IS NOT NULL)", "concluded"),
        Index(
            "uq_panel_purpose_subject_id_attempt",
            "purpose",
            "subject_id",
            "attempt",
            unique=True,
            postgresql_where=text("status <> 'dissolved'"),
        ),
        Index("ix_panel_region_id", "region", "id"),
        Index("ix_panel_unit_id_id", "unit_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    purpose: str
    subject_id: UUID
    attempt: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """From 1: an exit may be assessed twice."""
    station_id: UUID | None
    unit_id: UUID | None
    region: str
    status: str
    convened_on: date
    """The figures of this day hold for it."""
    convened_by: str
    grade: str | None = None
    score: int | None = None
    """The mean of the members' points, in hundredths of a point."""
    minutes_sealed: bytes | None = None
    concluded_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class PanelMember(Base, table=True):
    """An expert on a panel, who signs in as `login`; who left stays on record.

    Name and reason open under `panel_member.name:{id}` and `panel_member.reason:{id}`.
    """

    __tablename__ = "panel_member"
    __table_args__ = (
        Index("uq_panel_member_panel_id_login", "panel_id", "login", unique=True),
        Index(
            "uq_panel_member_chair",
            "panel_id",
            unique=True,
            postgresql_where=text("chair AND left_at IS NULL"),
        ),
        Index("ix_panel_member_login_panel_id", "login", "panel_id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    panel_id: UUID = Field(foreign_key="panel.id")
    login: str
    name_sealed: bytes | None
    """None of who was erased."""
    kind: str
    organisation: str
    advisor: bool
    """Whether they advise the fellow whom the panel assesses."""
    chair: bool
    replaces: UUID | None = Field(default=None, foreign_key="panel_member.id")
    joined_at: datetime = Field(sa_type=INSTANT)
    left_at: datetime | None = Field(default=None, sa_type=INSTANT)
    left_as: str | None = None
    """`recused`, `left`, `replaced` or `erased`."""
    reason_sealed: bytes | None = None


class PanelVote(Base, table=True):
    """A vote as it was cast: append-only; a member's last one counts while they sit.

    The reason opens under `panel_vote.reason:{id}`.
    """

    __tablename__ = "panel_vote"
    __table_args__ = (
        Index("uq_panel_vote_member_id_number", "member_id", "number", unique=True),
        Index("ix_panel_vote_panel_id", "panel_id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    panel_id: UUID = Field(foreign_key="panel.id")
    member_id: UUID = Field(foreign_key="panel_member.id")
    number: int
    """From 1, in the order of casting."""
    grade: str
    score: int | None
    """In points, up to 100."""
    reason_sealed: bytes
    cast_at: datetime = Field(sa_type=INSTANT)
