"""Queries of the figures, and how each station and fellow is counted in them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many

from ..models.figures import Counted, Figure


class Cell(NamedTuple):
    """Where in the figures something is counted."""

    region: str
    year: int
    kind: str
    what: str
    state: str


_STANDING = """
SELECT id, 'station' AS kind, region, kind AS what, status AS state, 0 AS year, false AS inside
FROM station
{stations}
UNION ALL
SELECT id, 'fellow', region, discipline, '',
    CASE WHEN entry = 'moved' THEN 0 ELSE extract(year FROM entered_on)::int END,
    ended_on IS NULL
FROM fellow
WHERE entered_on IS NOT NULL {fellows}
"""
_ALL = _STANDING.format(stations="", fellows="")
_SOME = text(
    _STANDING.format(
        stations="WHERE id = ANY(CAST(:ids AS uuid[]))",
        fellows="AND id = ANY(CAST(:ids AS uuid[]))",
    )
)
_CELLS = """
SELECT region, year, kind, what, state, count(*)::int AS items
FROM (
    SELECT region, year, kind, what, state FROM {counted} WHERE kind = 'station'
    UNION ALL
    SELECT region, 0, 'inside', what, '' FROM {counted} WHERE kind = 'fellow' AND inside
    UNION ALL
    SELECT region, year, 'recruited', what, '' FROM {counted} WHERE kind = 'fellow' AND year > 0
) AS each
GROUP BY region, year, kind, what, state
"""


async def one_counts(session: AsyncSession) -> None:
    """Let nobody else count until the end of the transaction; what is read after is newer."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('postdoc_figures'))"))


async def standing(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """Return how things stand now, of fellows those who entered."""
    return {row.id: row for row in await session.execute(_SOME, {"ids": list(ids)})}


_COUNTED = text("SELECT * FROM counted WHERE id = ANY(CAST(:ids AS uuid[]))")


async def counted(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """Return how things are counted at present."""
    return {row.id: row for row in await session.execute(_COUNTED, {"ids": list(ids)})}


async def save(session: AsyncSession, rows: Sequence[Row[Any]], gone: Collection[UUID]) -> None:
    """Save how things are counted now; what is `gone` is counted no more."""
    table: Any = cast("Any", Counted).__table__
    await insert_many(session, table, [dict(row._mapping) for row in rows], _IN_PLACE)
    if gone:
        forget = text("DELETE FROM counted WHERE id = ANY(CAST(:ids AS uuid[]))")
        await session.execute(forget, {"ids": list(gone)})


_IN_PLACE = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in Counted.model_fields if name != "id"
)


async def add(session: AsyncSession, changes: Mapping[Cell, int]) -> None:
    """Add to cells."""
    rows = [cell._asdict() | {"items": changes[cell]} for cell in sorted(changes)]
    await insert_many(session, cast("Any", Figure).__table__, rows, _ADDING)


_ADDING = (
    f"ON CONFLICT ({', '.join(Cell._fields)}) DO UPDATE SET items = figure.items + excluded.items"
)


async def recount(session: AsyncSession) -> None:
    """Count everything anew from what is stored."""
    for statement in (
        "LOCK TABLE counted, figure IN EXCLUSIVE MODE",
        "DELETE FROM figure",
        "DELETE FROM counted",
        f"INSERT INTO counted (id, kind, region, what, state, year, inside) {_ALL}",
        "INSERT INTO figure (region, year, kind, what, state, items) "
        + _CELLS.format(counted="counted"),
    ):
        await session.execute(text(statement))


_DIFFERENT = text(
    f"WITH now AS ({_ALL}), cells AS ({_CELLS.format(counted='now')}) "  # noqa: S608 - our own
    "SELECT count(*) FROM (SELECT * FROM figure WHERE items <> 0) AS kept "
    "FULL JOIN cells USING (region, year, kind, what, state) "
    "WHERE kept.items IS DISTINCT FROM cells.items"
)


async def different(session: AsyncSession) -> int:
    """Return in how many cells what is kept is not what a count comes to."""
    number: int = (await session.execute(_DIFFERENT)).scalar_one()
    return number


_SUMS = {
    "region": text("""
        SELECT region, kind, sum(items)::int AS items FROM figure
        WHERE (CAST(:regions AS varchar[]) IS NULL OR region = ANY(CAST(:regions AS varchar[])))
          AND year = ANY(ARRAY[0, CAST(:year AS int)])
          AND NOT (kind = 'station' AND state IN ('merged', 'revoked'))
        GROUP BY region, kind HAVING sum(items) > 0 ORDER BY region
    """),
    "discipline": text("""
        SELECT what, kind, sum(items)::int AS items FROM figure
        WHERE (CAST(:regions AS varchar[]) IS NULL OR region = ANY(CAST(:regions AS varchar[])))
          AND year = ANY(ARRAY[0, CAST(:year AS int)])
          AND kind <> 'station'
        GROUP BY what, kind HAVING sum(items) > 0 ORDER BY what
    """),
    "kind": text("""
        SELECT what, state, sum(items)::int AS items FROM figure
        WHERE (CAST(:regions AS varchar[]) IS NULL OR region = ANY(CAST(:regions AS varchar[])))
          AND year = 0 AND kind = 'station'
        GROUP BY what, state HAVING sum(items) > 0 ORDER BY what, state
    """),
}


async def sums(
    session: AsyncSession, by: str, regions: Sequence[str] | None, year: int
) -> Sequence[Any]:
    """Return sums by region and kind, by discipline and kind, or of stations by kind and state.

    Without regions, of all that there ever were.
    """
    given: dict[str, Any] = {"regions": regions and list(regions)} | (
        {} if by == "kind" else {"year": year}
    )
    return (await session.execute(_SUMS[by], given)).all()
