"""Reading and writing panels."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar
from talent_kit.pagination import Each, PageParams, paginate

from ..models.panels import Panel, PanelMember, PanelVote


async def by_id(session: AsyncSession, panel_id: UUID, *, for_update: bool = False) -> Panel | None:
    """Return a panel, locked where it is going to change."""
    query = select(Panel).where(Panel.id == panel_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def locked(session: AsyncSession, panel_ids: Collection[UUID]) -> dict[UUID, Panel]:
    """Return panels, locked in the order of their ids."""
    query = select(Panel).where(col(Panel.id).in_(panel_ids)).order_by(col(Panel.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in (await session.exec(query)).all()}


async def by_ids(session: AsyncSession, panel_ids: Collection[UUID]) -> dict[UUID, Panel]:
    """Return panels by their ids."""
    query = select(Panel).where(col(Panel.id).in_(panel_ids))
    return {row.id: row for row in (await session.exec(query)).all()}


async def seats_of(session: AsyncSession, logins: Collection[str]) -> Sequence[PanelMember]:
    """Return every seat that some people have or had."""
    query = select(PanelMember).where(col(PanelMember.login).in_(logins))
    return (await session.exec(query.order_by(col(PanelMember.id)))).all()


async def of_subjects(
    session: AsyncSession, purpose: str, subject_ids: Collection[UUID]
) -> Sequence[Panel]:
    """Return the panels of some subjects that were not dissolved: of each one at most."""
    query = select(Panel).where(
        Panel.purpose == purpose,
        col(Panel.subject_id).in_(subject_ids),
        Panel.status != "dissolved",
    )
    return (await session.exec(query)).all()


async def members(session: AsyncSession, panel_id: UUID) -> Sequence[PanelMember]:
    """Return everybody who ever sat on a panel, in the order of joining."""
    query = select(PanelMember).where(PanelMember.panel_id == panel_id)
    return (await session.exec(query.order_by(col(PanelMember.id)))).all()


async def last_votes(session: AsyncSession, panel_id: UUID) -> dict[UUID, PanelVote]:
    """Return the last vote of each member, by member."""
    query = (
        select(PanelVote)
        .where(PanelVote.panel_id == panel_id)
        .order_by(col(PanelVote.member_id), col(PanelVote.number))
    )
    return {vote.member_id: vote for vote in (await session.exec(query)).all()}


async def page_of_member(
    session: AsyncSession, login: str, subject_id: UUID | None, page: PageParams
) -> tuple[Sequence[Panel], str | None]:
    """Return a page of the panels on which somebody sits, newest first."""
    seats = select(PanelMember.panel_id).where(
        PanelMember.login == login, col(PanelMember.left_at).is_(None)
    )
    query = _about(select(Panel).where(col(Panel.id).in_(seats)), subject_id)
    return await paginate(session, query, col(Panel.id), page)


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, subject_id: UUID | None, page: PageParams
) -> tuple[Sequence[Panel], str | None]:
    """Return a page of the panels about one unit's stations, newest first."""
    query = _about(select(Panel).where(Panel.unit_id == unit_id), subject_id)
    return await paginate(session, query, col(Panel.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], subject_id: UUID | None, page: PageParams
) -> tuple[Sequence[Panel], str | None]:
    """Return a page of the panels of some regions, newest first."""
    query = _about(select(Panel), subject_id)
    return await paginate(session, query, col(Panel.id), page, Each(col(Panel.region), regions))


def _about(query: SelectOfScalar[Panel], subject_id: UUID | None) -> SelectOfScalar[Panel]:
    return query if subject_id is None else query.where(Panel.subject_id == subject_id)
