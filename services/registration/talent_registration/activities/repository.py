"""Reading and writing activities and their parts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.identifiers import new_id
from talent_kit.pagination import Each, PageParams, paginate

from ..models import Activity, Meeting, Quota, Ticket, WaitingRoom
from ..models.admission import AskedQuestion
from .finding import EVERYTHING, Sought, narrowed
from .questions import Question
from .schemas import ActivityContent
from .states import Status
from .tickets import ADMITTING


class Parts(NamedTuple):
    """What an activity is made of, each in the order of its document."""

    meetings: Sequence[Meeting]
    quotas: Sequence[Quota]
    tickets: Sequence[Ticket]
    questions: Sequence[AskedQuestion]
    room_from: datetime | None
    """From when its waiting room can be entered, if it has one."""


async def by_id(
    session: AsyncSession, activity_id: UUID, *, for_update: bool = False
) -> Activity | None:
    """Return an activity, locked for the rest of the transaction if asked."""
    query = select(Activity).where(Activity.id == activity_id)
    if for_update:
        # Not the lock that a claim's foreign key would wait for while it holds the quotas.
        query = query.with_for_update(key_share=True)
    return (await session.exec(query)).one_or_none()


async def parts_of(session: AsyncSession, activity_id: UUID) -> Parts:
    """Return the parts of an activity."""
    found: list[Any] = []
    for table in (Meeting, Quota, Ticket, AskedQuestion):
        query: Any = select(table).where(table.activity_id == activity_id)
        found.append((await session.exec(query.order_by(col(table.id)))).all())
    found.append(await _room_from(session, activity_id))
    return Parts(*found)


async def _room_from(session: AsyncSession, activity_id: UUID) -> datetime | None:
    query = select(WaitingRoom.enter_from).where(WaitingRoom.activity_id == activity_id)
    return (await session.exec(query)).one_or_none()


async def questions_of(
    session: AsyncSession, activity_ids: Collection[UUID]
) -> dict[UUID, list[Question]]:
    """Return what some activities ask, each in the order of its document."""
    query = select(AskedQuestion).where(col(AskedQuestion.activity_id).in_(activity_ids))
    found: dict[UUID, list[Question]] = defaultdict(list)
    for row in await session.exec(query.order_by(col(AskedQuestion.id))):
        found[row.activity_id].append(Question.model_validate(row.content))
    return found


async def locked_quotas(session: AsyncSession, activity_ids: Sequence[UUID]) -> Sequence[Quota]:
    """Return the quotas of some activities, locked: whoever changes seats holds these first.

    Always in the order of their ids, so that nobody waits for one another in a ring.
    """
    return (await session.execute(_LOCKED, {"ids": list(activity_ids)})).scalars().all()


# Made once, since every batch of claims runs it: making it anew costs as much as running it.
_LOCKED = (
    select(Quota)
    .where(col(Quota.activity_id) == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(col(Quota.id))
    .with_for_update()
    .execution_options(populate_existing=True)
)


async def write_parts(session: AsyncSession, activity_id: UUID, content: ActivityContent) -> Parts:
    """Put a document's parts in the place of what stood before; no seat may have been claimed."""
    query = select(Ticket.name, Ticket.access_code).where(Ticket.activity_id == activity_id)
    codes = dict((await session.exec(query)).all())
    for table in (AskedQuestion, Ticket, Quota, Meeting):
        await session.execute(delete(table).where(col(table.activity_id) == activity_id))
    meetings = {
        each.name: Meeting(
            id=new_id(),
            activity_id=activity_id,
            name=each.name,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            place_zh=each.place.zh,
            place_en=each.place.en,
            region=each.region,
            latitude=each.at.latitude if each.at else None,
            longitude=each.at.longitude if each.at else None,
        )
        for each in content.meetings
    }
    quotas = {
        each.name: Quota(
            id=new_id(),
            activity_id=activity_id,
            name=each.name,
            label_zh=each.label.zh,
            label_en=each.label.en,
            capacity=each.capacity,
            taken=0,
        )
        for each in content.quotas
    }
    tickets = [
        Ticket(
            id=new_id(),
            activity_id=activity_id,
            name=each.name,
            label_zh=each.label.zh,
            label_en=each.label.en,
            holder=each.holder,
            quota_ids=[quotas[name].id for name in each.quotas],
            meeting_ids=[meetings[name].id for name in each.meetings],
            **each.model_dump(include=set(ADMITTING)),
            access_code=codes.get(each.name),
            asks=any(not one.tickets or each.name in one.tickets for one in content.questions),
        )
        for each in content.tickets
    ]
    questions = [
        AskedQuestion(
            id=new_id(),
            activity_id=activity_id,
            name=each.name,
            content=each.model_dump(mode="json"),
        )
        for each in content.questions
    ]
    session.add_all([*meetings.values(), *quotas.values(), *tickets, *questions])
    await session.flush()
    room_from = await _room_from(session, activity_id)
    return Parts(list(meetings.values()), list(quotas.values()), tickets, questions, room_from)


async def page_of_published(
    session: AsyncSession,
    regions: Sequence[str] | None,
    page: PageParams,
    sought: Sought = EVERYTHING,
) -> tuple[Sequence[Activity], str | None]:
    """Return a page of what is published and sought, in some regions or in all, newest first."""
    query = narrowed(select(Activity).where(Activity.status == Status.PUBLISHED), sought)
    each = None if regions is None else Each(col(Activity.region), regions)
    return await paginate(session, query, col(Activity.id), page, each)


async def page_of_organiser(
    session: AsyncSession, organiser: str, page: PageParams
) -> tuple[Sequence[Activity], str | None]:
    """Return a page of one organiser's activities, newest first."""
    query = select(Activity).where(Activity.organiser == organiser)
    return await paginate(session, query, col(Activity.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[Activity], str | None]:
    """Return a page of the activities of some regions in any state, newest first."""
    each = Each(col(Activity.region), regions)
    return await paginate(session, select(Activity), col(Activity.id), page, each)
