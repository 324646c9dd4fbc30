"""Reading and writing holds and invitations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import PageParams, paginate

from ..models.admission import Hold, Invitation


async def hold_by_id(session: AsyncSession, hold_id: UUID) -> Hold | None:
    """Return a hold as it stands now; hold the activity's seats first."""
    query = select(Hold).where(Hold.id == hold_id)
    return (await session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def open_holds(session: AsyncSession, activity_id: UUID) -> int:
    """Count the holds of an activity that keep seats."""
    query = select(func.count()).where(Hold.activity_id == activity_id, Hold.seats > 0)
    return int(await session.scalar(query) or 0)


async def page_of_holds(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Hold], str | None]:
    """Return a page of an activity's holds, newest first."""
    query = select(Hold).where(Hold.activity_id == activity_id)
    return await paginate(session, query, col(Hold.id), page)


async def known_digests(
    session: AsyncSession, activity_id: UUID, digests: Collection[bytes]
) -> Sequence[bytes]:
    """Return for which of some hashes there is an invitation to an activity."""
    query = select(Invitation.digest).where(
        Invitation.activity_id == activity_id, col(Invitation.digest).in_(digests)
    )
    return (await session.exec(query)).all()


async def add_invitations(session: AsyncSession, rows: Sequence[Invitation]) -> None:
    """Insert invitations."""
    await insert_many(
        session,
        Invitation.__table__,  # type: ignore[attr-defined]
        [row.model_dump() for row in rows],
    )


async def invitation_by_id(session: AsyncSession, invitation_id: UUID) -> Invitation | None:
    """Return an invitation as it stands now; hold the activity's seats first."""
    query = select(Invitation).where(Invitation.id == invitation_id)
    return (await session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def page_of_invitations(
    session: AsyncSession, activity_id: UUID, page: PageParams
) -> tuple[Sequence[Invitation], str | None]:
    """Return a page of an activity's invitations, newest first."""
    query = select(Invitation).where(Invitation.activity_id == activity_id)
    return await paginate(session, query, col(Invitation.id), page)
