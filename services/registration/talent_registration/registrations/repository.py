"""Reading and writing registrations, and holding the seats of activities."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    literal_column,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..activities.repository import locked_quotas
from ..activities.states import Status as ActivityStatus
from ..models import LIVE, Activity, Quota, Registration, Ticket, WaitingRoom
from ..models.admission import CalendarFeed, CodeTries, Invitation
from ..models.gates import Attendance, Gate, TalentCode
from .rules import Status


@dataclass
class Hall:
    """An activity whose seats this transaction holds: nobody else changes them until it ends."""

    activity: Activity
    quotas: Mapping[UUID, Quota]
    tickets: Mapping[UUID, Ticket]
    room: WaitingRoom | None = None
    """The waiting room that lets people in to claim, if there is one."""
    queued: bool = False
    """Whether somebody still waits for a seat that is free: who comes now goes behind."""


@dataclass
class Made:
    """A registration that this transaction makes, under the names of its row's columns.

    One of the ORM's for each would cost ten times as much, which counts where hundreds are made.
    """

    id: UUID
    activity_id: UUID
    ticket_id: UUID
    talent_id: UUID
    status: str
    registered_at: datetime
    changed_at: datetime
    rank: int = 0
    offered_until: datetime | None = None
    reason: str | None = None
    due_fen: int = 0
    pay_until: datetime | None = None
    order_id: UUID | None = None
    version: int = 1


async def hold(session: AsyncSession, activity_ids: Collection[UUID]) -> dict[UUID, Hall]:
    """Hold the seats of some activities, and read what stands once they are held."""
    ids = sorted(set(activity_ids))
    quotas: dict[UUID, dict[UUID, Quota]] = defaultdict(dict)
    for quota in await locked_quotas(session, ids):
        quotas[quota.activity_id][quota.id] = quota
    tickets: dict[UUID, dict[UUID, Ticket]] = defaultdict(dict)
    for ticket in (await session.execute(_TICKETS, {"ids": ids})).scalars():
        tickets[ticket.activity_id][ticket.id] = ticket
    return {
        activity.id: Hall(activity, quotas[activity.id], tickets[activity.id], room)
        for activity, room in await session.execute(_ACTIVITIES, {"ids": ids})
    }


async def live_of(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Registration]:
    """Return the live registrations by activity and talent; hold the seats first."""
    given = {
        "activities": [activity for activity, _ in pairs],
        "talents": [talent for _, talent in pairs],
    }
    found = (await session.execute(_LIVE, given)).scalars()
    return {(row.activity_id, row.talent_id): row for row in found}


# Spelt out, so that the indexes of such rows alone serve prepared statements too.
_WAITING = col(Registration.status) == literal_column("'waiting'")
_IS_LIVE = col(Registration.status).in_([literal_column(f"'{status}'") for status in LIVE])

# Made once, since every batch of claims runs them: making them anew costs as much as running them.
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_TICKETS = select(Ticket).where(col(Ticket.activity_id) == any_(_IDS))
_ACTIVITIES = (
    select(Activity, WaitingRoom)
    .outerjoin(WaitingRoom)
    .where(col(Activity.id) == any_(_IDS))
    .execution_options(populate_existing=True)
)
_PAIRS = (
    func.unnest(bindparam("activities", type_=ARRAY(Uuid)), bindparam("talents", type_=ARRAY(Uuid)))
    .table_valued("activity_id", "talent_id", name="wanted")
    .render_derived()
)
_LIVE = (
    select(Registration)
    .join(
        _PAIRS,
        and_(
            col(Registration.activity_id) == _PAIRS.c.activity_id,
            col(Registration.talent_id) == _PAIRS.c.talent_id,
        ),
    )
    .where(_IS_LIVE)
)


async def live_of_talents(
    session: AsyncSession, talent_ids: Collection[UUID]
) -> Sequence[Registration]:
    """Return the live registrations of some talents."""
    query = select(Registration).where(col(Registration.talent_id).in_(talent_ids), _IS_LIVE)
    return (await session.exec(query)).all()


async def by_id(session: AsyncSession, registration_id: UUID) -> Registration | None:
    """Return a registration as it stands now."""
    query = select(Registration).where(Registration.id == registration_id)
    query = query.execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def add(session: AsyncSession, made: Sequence[Made]) -> None:
    """Insert registrations; their places follow their order."""
    rows = [vars(each) for each in made]
    await insert_many(session, Registration.__table__, rows)  # type: ignore[attr-defined]


async def waited_for(session: AsyncSession, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Return for which of some tickets anybody waits."""
    return set((await session.execute(_WAITED_FOR, {"ids": list(ticket_ids)})).scalars())


_WAITED_FOR = (
    select(Registration.ticket_id)
    .where(col(Registration.ticket_id) == any_(_IDS), _WAITING)
    .distinct()
)


async def first_waiting(
    session: AsyncSession, ticket_id: UUID, most: int
) -> Sequence[Registration]:
    """Return who is next among those who wait for a ticket."""
    query = select(Registration).where(Registration.ticket_id == ticket_id, _WAITING)
    query = query.order_by(col(Registration.rank), col(Registration.place)).limit(most)
    return (await session.exec(query)).all()


async def ahead_of(session: AsyncSession, registration: Registration) -> int:
    """Return how many wait for the same ticket before somebody."""
    query = select(func.count()).where(
        Registration.ticket_id == registration.ticket_id,
        _WAITING,
        tuple_(col(Registration.rank), col(Registration.place))
        < tuple_(literal(registration.rank), literal(registration.place)),
    )
    return int(await session.scalar(query) or 0)


async def refused_among(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> frozenset[tuple[UUID, UUID]]:
    """Return who of some activities and talents was refused, by ticket and talent."""
    query = select(Registration.ticket_id, Registration.talent_id).where(
        col(Registration.talent_id).in_({talent for _, talent in pairs}),
        col(Registration.activity_id).in_({activity for activity, _ in pairs}),
        Registration.status == Status.REFUSED,
    )
    return frozenset((ticket, talent) for ticket, talent in await session.exec(query))


async def missed_by(
    session: AsyncSession, talent_ids: Collection[UUID], since: datetime
) -> dict[UUID, list[datetime]]:
    """Return when talents had a seat and did not come, since an instant.

    Only what is finished counts, and had a gate at which who came was counted. A scan that comes
    late, or an attendance that is revoked, changes it.
    """
    came = exists().where(
        col(Attendance.registration_id) == Registration.id, col(Attendance.revoked_at).is_(None)
    )
    counted = exists().where(col(Gate.activity_id) == Activity.id, col(Gate.counts))
    query = (
        select(Registration.talent_id, Activity.begins_at)
        .join(Activity, col(Activity.id) == Registration.activity_id)
        .where(
            col(Registration.talent_id).in_(talent_ids),
            Registration.status == Status.CONFIRMED,
            Activity.status == ActivityStatus.FINISHED,
            Activity.begins_at > since,
            counted,
            ~came,
        )
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for talent_id, begun in await session.exec(query):
        found[talent_id].append(begun)
    return found


async def of_activity(
    session: AsyncSession, activity_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Registration]:
    """Return some registrations of an activity as they stand now; hold the seats first."""
    query = select(Registration).where(
        col(Registration.id).in_(ids), Registration.activity_id == activity_id
    )
    found = await session.exec(query.execution_options(populate_existing=True))
    return {row.id: row for row in found}


async def some_live(
    session: AsyncSession, activity_id: UUID, statuses: Collection[Status], most: int
) -> Sequence[Registration]:
    """Return some of an activity's registrations in certain live states."""
    query = select(Registration).where(
        Registration.activity_id == activity_id,
        _IS_LIVE,
        col(Registration.status).in_(statuses),
    )
    return (await session.exec(query.limit(most))).all()


async def page_of_activity(
    session: AsyncSession, activity_id: UUID, page: PageParams, *, requested: bool = False
) -> tuple[Sequence[Registration], str | None]:
    """Return a page of an activity's registrations, or of the requests alone, newest first."""
    query = select(Registration).where(Registration.activity_id == activity_id)
    if requested:
        query = query.where(Registration.status == "requested")
    return await paginate(session, query, col(Registration.id), page)


async def some_after(
    session: AsyncSession, activity_id: UUID, after: UUID | None, most: int
) -> Sequence[Registration]:
    """Return some of an activity's registrations after one of them, oldest first."""
    query = select(Registration).where(Registration.activity_id == activity_id)
    if after is not None:
        query = query.where(col(Registration.id) > after)
    return (await session.exec(query.order_by(col(Registration.id)).limit(most))).all()


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Registration], str | None]:
    """Return a page of a talent's registrations, newest first."""
    query = select(Registration).where(Registration.talent_id == talent_id)
    return await paginate(session, query, col(Registration.id), page)


async def forget(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Remove what is kept of talents besides their registrations; their codes are still known."""
    theirs = select(TalentCode.digest).where(col(TalentCode.talent_id).in_(talent_ids))
    named = delete(Invitation).where(col(Invitation.named), col(Invitation.digest).in_(theirs))
    await session.execute(named)
    for table in (CodeTries, CalendarFeed):
        await session.execute(delete(table).where(col(table.talent_id).in_(talent_ids)))
