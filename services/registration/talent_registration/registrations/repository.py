"""Reading and writing registrations, and holding the seats of activities."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, delete, func, literal, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..activities.repository import locked_quotas
from ..models import LIVE, Activity, Quota, Registration, Ticket
from ..models_admission import CodeTries
from .rules import Status


@dataclass
class Hall:
    """An activity whose seats this transaction holds: nobody else changes them until it ends."""

    activity: Activity
    quotas: Mapping[UUID, Quota]
    tickets: Mapping[UUID, Ticket]
    queued: bool = False
    """Whether somebody still waits for a seat that is free: who comes now goes behind."""


async def hold(session: AsyncSession, activity_ids: Collection[UUID]) -> dict[UUID, Hall]:
    """Hold the seats of some activities, and read what stands once they are held."""
    ids = sorted(set(activity_ids))
    quotas: dict[UUID, dict[UUID, Quota]] = defaultdict(dict)
    for quota in await locked_quotas(session, ids):
        quotas[quota.activity_id][quota.id] = quota
    tickets: dict[UUID, dict[UUID, Ticket]] = defaultdict(dict)
    for ticket in await session.exec(select(Ticket).where(col(Ticket.activity_id).in_(ids))):
        tickets[ticket.activity_id][ticket.id] = ticket
    found = await session.exec(
        select(Activity).where(col(Activity.id).in_(ids)).execution_options(populate_existing=True)
    )
    return {
        activity.id: Hall(activity, quotas[activity.id], tickets[activity.id]) for activity in found
    }


async def live_of(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Registration]:
    """Return the live registrations by activity and talent; hold the seats first."""
    given = func.unnest(
        literal([activity for activity, _ in pairs], ARRAY(Uuid)),
        literal([talent for _, talent in pairs], ARRAY(Uuid)),
    )
    wanted = given.table_valued("activity_id", "talent_id", name="wanted").render_derived()
    table: Any = Registration
    query = select(table).join(
        wanted,
        and_(table.activity_id == wanted.c.activity_id, table.talent_id == wanted.c.talent_id),
    )
    found = await session.exec(query.where(table.status.in_(LIVE)))
    return {(row.activity_id, row.talent_id): row for row in found}


async def live_of_talents(
    session: AsyncSession, talent_ids: Collection[UUID]
) -> Sequence[Registration]:
    """Return the live registrations of some talents."""
    query = select(Registration).where(
        col(Registration.talent_id).in_(talent_ids), col(Registration.status).in_(LIVE)
    )
    return (await session.exec(query)).all()


async def by_id(session: AsyncSession, registration_id: UUID) -> Registration | None:
    """Return a registration as it stands now."""
    query = select(Registration).where(Registration.id == registration_id)
    query = query.execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def add(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert registrations; their places follow their order."""
    await insert_many(session, Registration.__table__, rows)  # type: ignore[attr-defined]


async def waited_for(session: AsyncSession, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Return for which of some tickets anybody waits."""
    query = select(Registration.ticket_id).where(
        col(Registration.ticket_id).in_(ticket_ids), Registration.status == Status.WAITING
    )
    return set((await session.exec(query.distinct())).all())


async def first_waiting(
    session: AsyncSession, ticket_id: UUID, most: int
) -> Sequence[Registration]:
    """Return who is next among those who wait for a ticket."""
    query = select(Registration).where(
        Registration.ticket_id == ticket_id, Registration.status == Status.WAITING
    )
    return (
        await session.exec(
            query.order_by(col(Registration.rank), col(Registration.place)).limit(most)
        )
    ).all()


async def ahead_of(session: AsyncSession, registration: Registration) -> int:
    """Return how many wait for the same ticket before somebody."""
    query = select(func.count()).where(
        Registration.ticket_id == registration.ticket_id,
        Registration.status == Status.WAITING,
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
        col(Registration.status).in_(LIVE),
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
    """Remove what is kept of talents besides their registrations."""
    await session.execute(delete(CodeTries).where(col(CodeTries.talent_id).in_(talent_ids)))
