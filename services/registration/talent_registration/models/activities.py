"""The tables of the registration service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base

LIVE = ("confirmed", "waiting", "offered", "requested", "awaiting_payment")
"""States in which a registration holds a seat or a place in the queue, or asks for one."""


class Person(Base, table=True):
    """A talent as identity last told: a projection, and no more than seats need."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_login", "login"),
        {"info": {"retention": "personal"}},
    )

    talent_id: UUID = Field(primary_key=True)
    login: str | None
    region: str
    version: int


class Standing(Base, table=True):
    """A talent's degree and classes, as registers and reviewers verified them: policy's word."""

    __tablename__ = "standing"
    __table_args__ = ({"info": {"retention": "personal"}},)

    talent_id: UUID = Field(primary_key=True)
    degree: str | None
    talent_classes: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    """A code by scheme, such as `city.c`."""
    version: int


class Activity(Base, table=True):
    """Something that talents take part in (活动): a fair, a trip, a contest, a training.

    `cancel_until` is the last instant at which who has a seat may give it back themselves;
    `regions` whose talents are admitted, with all that lies in them; none: everybody.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "window"),
        CheckConstraint("offer_minutes > 0", "offer"),
        Index("ix_activity_region_id", "region", "id"),
        Index("ix_activity_organiser_id", "organiser", "id"),
        Index("ix_activity_published_id", "id", postgresql_where=text("status = 'published'")),
        Index(
            "ix_activity_published_region_id",
            "region",
            "id",
            postgresql_where=text("status = 'published'"),
        ),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    kind: str
    host: str
    region: str
    organiser: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    opens_at: datetime = Field(sa_type=INSTANT)
    closes_at: datetime = Field(sa_type=INSTANT)
    begins_at: datetime = Field(sa_type=INSTANT)
    """When its first session starts; no seat is offered after that."""
    cancel_until: datetime = Field(sa_type=INSTANT)
    regions: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    priority: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String), nullable=False)
    )
    """Regions whose talents wait before those of the later ones, and before all others."""
    no_show: dict[str, int] | None = Field(
        default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    """Who missed so many activities (`missed`) within so many days (`days`) is not admitted."""
    hours: int | None
    """Continuing-education hours (学时) that its certificates say; none: it gives none."""
    survey: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False)
    )
    """What is asked of who was there, as its document has it."""
    refunds: list[dict[str, int]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False)
    )
    """How much of a price goes back to who gives their seat up, by days before it begins."""
    waiting_list: bool
    offer_minutes: int
    """How long a seat that came free is kept for who waited for it."""
    status: str
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class Meeting(Base, table=True):
    """One session (场次) of an activity: when and where."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "term"),
        Index("ix_meeting_activity_id_starts_at", "activity_id", "starts_at"),
        Index("ix_meeting_latitude_longitude", "latitude", "longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "at"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    name: str
    """By which the activity's document calls it."""
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    place_zh: str
    place_en: str
    region: str | None
    """The county or city in which it is held; none of what is online."""
    latitude: float | None = None
    longitude: float | None = None


class Quota(Base, table=True):
    """So many seats (名额), and how many of them are taken; a seat may count against several.

    Its row's lock is what puts claims in an order. The database refuses to take more than there
    are, whatever the code does.
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", "seats"),
        Index("uq_quota_activity_id_name", "activity_id", "name", unique=True),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    name: str
    label_zh: str
    label_en: str
    capacity: int
    taken: int


class Ticket(Base, table=True):
    """A kind of ticket (票种): the sessions it admits to and the quotas it counts against.

    `holder` says who has one: a `talent` a seat, or an `employer` a booth. What it says of regions
    and of the window narrows what the activity says. `admission` is `open`, or `code` or
    `invitation` where a code is asked for; an invitation always admits.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("uq_ticket_activity_id_name", "activity_id", "name", unique=True),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    activity_id: UUID = Field(foreign_key="activity.id")
    name: str
    label_zh: str
    label_en: str
    holder: str
    quota_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    meeting_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    invited: bool
    """Whether who holds one was invited: some measures pay for that alone."""
    admission: str = "open"
    access_code: bytes | None = None
    """A keyed hash."""
    regions: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String), nullable=False)
    )
    opens_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closes_at: datetime | None = Field(default=None, sa_type=INSTANT)
    asks: bool = False
    """Whether any question is asked of who claims it."""
    approval: bool = False
    """Whether the organiser decides each claim that comes without an invitation."""
    employers: list[UUID] = Field(
        default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False)
    )
    """Whose employees alone are admitted; none: everybody."""
    per_employer: int | None = None
    """Most that may have a seat or place of it, or ask for one, of those one employer employs."""
    degrees: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String), nullable=False)
    )
    """Who was verified to have one of them is admitted alone; none: everybody."""
    talent_classes: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String), nullable=False)
    )
    """The same of talent classes."""
    names_guests: bool = False
    """Whether there are invitations to it that name their guests."""
    price_fen: int = Field(default=0, sa_type=BigInteger)
    """What a seat of it costs; of who is invited nothing is asked."""


class Registration(Base, table=True):
    """Somebody's seat, or place in the queue for one; of one person one at a time.

    Who waits is served by `rank`, then by `place`, the order in which claims were decided. Of who
    was erased the pseudonym stays.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("(status = 'offered') = (offered_until IS NOT NULL)", "offer"),
        CheckConstraint("(status = 'awaiting_payment') = (pay_until IS NOT NULL)", "payment"),
        Index(
            "uq_registration_live",
            "activity_id",
            "talent_id",
            unique=True,
            postgresql_where=text(
                "status IN ('confirmed', 'waiting', 'offered', 'requested', 'awaiting_payment')"
            ),
        ),
        Index(
            "ix_registration_waiting",
            "ticket_id",
            "rank",
            "place",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_registration_activity_id_id", "activity_id", "id"),
        Index(
            "ix_registration_requested",
            "activity_id",
            "id",
            postgresql_where=text("status = 'requested'"),
        ),
        Index("ix_registration_talent_id_id", "talent_id", "id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    place: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    activity_id: UUID = Field(foreign_key="activity.id")
    ticket_id: UUID = Field(foreign_key="ticket.id")
    talent_id: UUID
    status: str
    rank: int = 0
    """Which of the activity's priorities it has; 0 goes first."""
    offered_until: datetime | None = Field(default=None, sa_type=INSTANT)
    reason: str | None = None
    """Why it was refused."""
    due_fen: int = Field(default=0, sa_type=BigInteger)
    """What the seat costs whose it is."""
    pay_until: datetime | None = Field(default=None, sa_type=INSTANT)
    order_id: UUID | None = None
    """The payment order, once there was one."""
    registered_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    version: int


class WaitingRoom(Base, table=True):
    """A room before an opening (等候室): who entered in time is let in by an order that is drawn.

    `base` positions had been let in at `base_at` (none: when registration opens), from then on
    `per_minute`. `last` is the last position given. The seed is secret until the draw.
    """

    __tablename__ = "waiting_room"
    __table_args__ = (CheckConstraint("per_minute > 0", "rate"), BUSINESS)

    activity_id: UUID = Field(primary_key=True, foreign_key="activity.id")
    enter_from: datetime = Field(sa_type=INSTANT)
    per_minute: int
    seed: bytes
    base: int = 0
    base_at: datetime | None = Field(default=None, sa_type=INSTANT)
    drawn_at: datetime | None = Field(default=None, sa_type=INSTANT)
    last: int = 0


class RoomEntry(Base, table=True):
    """Somebody in a waiting room, once; the position is given by the draw, or on coming later."""

    __tablename__ = "waiting_room_entry"
    __table_args__ = (
        Index("ix_waiting_room_entry_talent_id", "talent_id"),
        {"info": {"retention": "personal"}},
    )

    activity_id: UUID = Field(primary_key=True, foreign_key="waiting_room.activity_id")
    talent_id: UUID = Field(primary_key=True)
    entered_at: datetime = Field(sa_type=INSTANT)
    position: int | None
