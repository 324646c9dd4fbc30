"""Reading recruitment plans and what is offered under them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import case
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.positions import Position, RecruitmentPlan
from .rules import Offer


async def by_id(
    session: AsyncSession, plan_id: UUID, *, for_update: bool = False
) -> RecruitmentPlan | None:
    """Return a plan, locked where what is offered under it is going to change."""
    query = select(RecruitmentPlan).where(RecruitmentPlan.id == plan_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def of_year(session: AsyncSession, station_id: UUID, year: int) -> RecruitmentPlan | None:
    """Return a station's plan for a year."""
    query = select(RecruitmentPlan).where(
        RecruitmentPlan.station_id == station_id, RecruitmentPlan.year == year
    )
    return (await session.exec(query)).one_or_none()


async def offers(
    session: AsyncSession, plan_ids: Collection[UUID], *, but: UUID | None = None
) -> dict[UUID, list[Offer]]:
    """Return what is offered under some plans, leaving out one position."""
    status = col(Position.status)
    number = case(
        (status.in_(("closed", "taken_down")), col(Position.taken)), else_=col(Position.number)
    )
    query = select(Position.plan_id, col(Position.disciplines)[1], number).where(
        col(Position.plan_id).in_(plan_ids), status != "draft"
    )
    if but is not None:
        query = query.where(Position.id != but)
    found: dict[UUID, list[Offer]] = defaultdict(list)
    for plan_id, discipline, places in (await session.exec(query)).all():
        found[plan_id].append(Offer(discipline, places))
    return found


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[RecruitmentPlan], str | None]:
    """Return a page of one unit's plans, newest first."""
    query = select(RecruitmentPlan).where(RecruitmentPlan.unit_id == unit_id)
    return await paginate(session, query, col(RecruitmentPlan.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[RecruitmentPlan], str | None]:
    """Return a page of the plans of some regions, newest first."""
    each = Each(col(RecruitmentPlan.region), regions)
    return await paginate(session, select(RecruitmentPlan), col(RecruitmentPlan.id), page, each)
