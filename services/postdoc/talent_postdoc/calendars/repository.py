"""Keeping whose a feed is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.deadlines import DeadlineFeed
from ..models.stations import Station

MOST = 200
"""Stations of a unit, the newest, that are looked through for feeds."""


async def by_digest(session: AsyncSession, digest: bytes) -> DeadlineFeed | None:
    """Return the feed with a secret, by its hash."""
    query = select(DeadlineFeed).where(DeadlineFeed.digest == digest)
    return (await session.exec(query)).one_or_none()


async def of_talent(session: AsyncSession, talent_id: UUID) -> Sequence[DeadlineFeed]:
    """Return a fellow's feed."""
    query = select(DeadlineFeed).where(DeadlineFeed.talent_id == talent_id)
    return (await session.exec(query)).all()


async def of_unit(session: AsyncSession, unit_id: UUID) -> Sequence[DeadlineFeed]:
    """Return the feeds of a unit's stations."""
    stations = (
        select(Station.id)
        .where(Station.unit_id == unit_id)
        .order_by(col(Station.id).desc())
        .limit(MOST)
        .scalar_subquery()
    )
    query = select(DeadlineFeed).where(col(DeadlineFeed.station_id).in_(stations))
    return (await session.exec(query.order_by(col(DeadlineFeed.id)))).all()


async def remove(
    session: AsyncSession, *, talent_id: UUID | None = None, station_id: UUID | None = None
) -> None:
    """Forget the feed of a fellow, or of a station: nobody reads by its address any more."""
    whose = (
        col(DeadlineFeed.talent_id) == talent_id
        if station_id is None
        else col(DeadlineFeed.station_id) == station_id
    )
    await session.execute(delete(DeadlineFeed).where(whose))
