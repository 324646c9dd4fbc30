"""Reading and writing warnings; what the sweep looks for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import TextClause, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, PageParams, paginate

from ..models.fellows import Fellow
from ..models.stations import Station
from ..models.warnings import StationWarning


async def by_id(
    session: AsyncSession, warning_id: UUID, *, for_update: bool = False
) -> StationWarning | None:
    """Return a warning, locked where it is going to change."""
    query = select(StationWarning).where(StationWarning.id == warning_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, page: PageParams
) -> tuple[Sequence[StationWarning], str | None]:
    """Return a page of the warnings of one unit's stations, newest first."""
    query = select(StationWarning).where(StationWarning.unit_id == unit_id)
    return await paginate(session, query, col(StationWarning.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[StationWarning], str | None]:
    """Return a page of the warnings of some regions, newest first."""
    each = Each(col(StationWarning.region), regions)
    return await paginate(session, select(StationWarning), col(StationWarning.id), page, each)


async def inside(session: AsyncSession, station_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many fellows are in each of some stations."""
    query = (
        select(Fellow.station_id, func.count())
        .where(
            col(Fellow.station_id).in_(station_ids),
            col(Fellow.entered_on).is_not(None),
            col(Fellow.ended_on).is_(None),
        )
        .group_by(col(Fellow.station_id))
    )
    return dict((await session.exec(query)).all())


async def standing(session: AsyncSession, station_ids: Collection[UUID]) -> list[StationWarning]:
    """Return the warnings of some stations that have not ended."""
    query = select(StationWarning).where(
        col(StationWarning.station_id).in_(station_ids), col(StationWarning.ended_on).is_(None)
    )
    return list((await session.exec(query)).all())


async def regions_of_stations(session: AsyncSession) -> Sequence[str]:
    """Return the regions in which there are stations that may be warned."""
    query = select(Station.region).where(col(Station.status).in_(("active", "warned"))).distinct()
    return (await session.exec(query)).all()


_LAST = """
WITH last AS (
    SELECT id, max(entered_on) AS entered_on
    FROM (
        SELECT station_id AS id, entered_on FROM fellow WHERE entered_on IS NOT NULL
        UNION ALL
        SELECT joint_station_id, entered_on FROM fellow
        WHERE entered_on IS NOT NULL AND joint_station_id IS NOT NULL
    ) AS entry
    GROUP BY id
)
"""
"""The last entry of each station: walked once, not for each station."""
_IDLE = text(
    _LAST
    + """
SELECT station.id
FROM station
JOIN unnest(CAST(:regions AS varchar[]), CAST(:cutoffs AS date[]))
    AS counted (region, cutoff) ON counted.region = station.region
LEFT JOIN last ON last.id = station.id
WHERE station.status IN ('active', 'warned')
  AND station.approved_on <= counted.cutoff
  AND (station.created_at AT TIME ZONE 'Asia/Shanghai')::date <= counted.cutoff
  AND (last.entered_on IS NULL OR last.entered_on <= counted.cutoff)
  AND NOT EXISTS (
    SELECT FROM station_warning AS told
    WHERE told.station_id = station.id AND told.cause = 'idle'
      AND (told.ended_on IS NULL OR told.ended_on > counted.cutoff))
ORDER BY station.id
LIMIT :most
FOR UPDATE OF station SKIP LOCKED
"""
)


async def idle(session: AsyncSession, cutoffs: Mapping[str, date], most: int) -> Sequence[UUID]:
    """Return stations, locked, into which nobody entered since the cutoff of their region.

    Set-up, import, the last entry and the end of the last such warning each begin it anew.
    """
    given = {"regions": list(cutoffs), "cutoffs": list(cutoffs.values()), "most": most}
    return (await session.execute(_IDLE, given)).scalars().all()


async def over(session: AsyncSession, today: date, most: int) -> Sequence[StationWarning]:
    """Return warnings, locked, of which the day has passed."""
    query = (
        select(StationWarning)
        .where(
            col(StationWarning.status).in_(("open", "suspended")),
            StationWarning.mend_until < today,
        )
        .order_by(col(StationWarning.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()


_RECRUITED = text(
    _LAST
    + """
SELECT told.id
FROM station_warning AS told JOIN last ON last.id = told.station_id
WHERE told.ended_on IS NULL AND told.cause = 'idle' AND last.entered_on >= told.warned_on
ORDER BY told.id
LIMIT :most
FOR UPDATE OF told SKIP LOCKED
"""
)
_CLOSED = text("""
SELECT told.id
FROM station_warning AS told JOIN station ON station.id = told.station_id
WHERE told.ended_on IS NULL AND station.status IN ('merged', 'revoked')
ORDER BY told.id
LIMIT :most
FOR UPDATE OF told SKIP LOCKED
""")


async def recruited(session: AsyncSession, most: int) -> Sequence[StationWarning]:
    """Return standing warnings of idle stations, locked, which somebody entered since."""
    return await _found(session, _RECRUITED, most)


async def closed(session: AsyncSession, most: int) -> Sequence[StationWarning]:
    """Return standing warnings, locked, of stations that are no more."""
    return await _found(session, _CLOSED, most)


async def _found(session: AsyncSession, wanted: TextClause, most: int) -> Sequence[StationWarning]:
    ids = (await session.execute(wanted, {"most": most})).scalars().all()
    query = select(StationWarning).where(col(StationWarning.id).in_(ids))
    return (await session.exec(query.order_by(col(StationWarning.id)))).all()
