"""Reading and writing candidacies."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import PageParams, paginate

from ..models.candidacies import Candidacy
from ..models.fellows import Fellow
from .states import OPEN


async def by_id(
    session: AsyncSession, candidacy_id: UUID, *, for_update: bool = False
) -> Candidacy | None:
    """Return a candidacy; its position is locked before it, always."""
    query = select(Candidacy).where(Candidacy.id == candidacy_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def of_talent_for(
    session: AsyncSession, talent_id: UUID, position_id: UUID
) -> Candidacy | None:
    """Return a doctor's candidacy for a position."""
    query = select(Candidacy).where(
        Candidacy.position_id == position_id, Candidacy.talent_id == talent_id
    )
    return (await session.exec(query)).one_or_none()


async def undecided(session: AsyncSession, position_id: UUID) -> Sequence[Candidacy]:
    """Return the candidacies for a position that nobody has decided, locked."""
    query = select(Candidacy).where(
        Candidacy.position_id == position_id, col(Candidacy.status).in_(OPEN)
    )
    return (await session.exec(query.order_by(col(Candidacy.id)).with_for_update())).all()


async def live_of_talents(
    session: AsyncSession, talent_ids: Collection[UUID], statuses: Collection[str]
) -> Sequence[Candidacy]:
    """Return the candidacies of some doctors in some states, in the order to lock positions in."""
    query = select(Candidacy).where(
        col(Candidacy.talent_id).in_(talent_ids), col(Candidacy.status).in_(statuses)
    )
    return (await session.exec(query.order_by(col(Candidacy.position_id), col(Candidacy.id)))).all()


async def entered_upon(session: AsyncSession, candidacy: Candidacy) -> bool:
    """Tell whether a fellowship was begun upon an accepted candidacy, and stands."""
    query = select(Fellow.id).where(
        Fellow.talent_id == candidacy.talent_id,
        Fellow.position_id == candidacy.position_id,
        col(Fellow.live),
    )
    return (await session.exec(query)).first() is not None


async def page_of_talent(
    session: AsyncSession, talent_id: UUID, page: PageParams
) -> tuple[Sequence[Candidacy], str | None]:
    """Return a page of one doctor's candidacies, newest first."""
    query = select(Candidacy).where(Candidacy.talent_id == talent_id)
    return await paginate(session, query, col(Candidacy.id), page)


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, position_id: UUID | None, page: PageParams
) -> tuple[Sequence[Candidacy], str | None]:
    """Return a page of the candidacies for one unit's positions, or one of them, newest first."""
    query = select(Candidacy).where(Candidacy.unit_id == unit_id)
    if position_id is not None:
        query = query.where(Candidacy.position_id == position_id)
    return await paginate(session, query, col(Candidacy.id), page)
