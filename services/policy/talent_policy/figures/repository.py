"""Queries of the figures, and how each application and payment is counted in them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many, one_of

from ..models.applications import Application
from ..models.figures import Counted, Figure


class Cell(NamedTuple):
    """Where in the figures something is counted."""

    region: str
    year: int
    measure: str
    kind: str
    state: str


class Amount(NamedTuple):
    """How many, and what they come to in fen."""

    items: int
    fen: int


async def counted(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """Return how things are counted at present: rows of `Counted`."""
    return {row.id: row for row in await session.execute(_COUNTED, {"ids": list(ids)})}


async def save(session: AsyncSession, rows: Collection[Counted]) -> None:
    """Save how things are counted now."""
    await insert_many(session, _TABLE, [row.model_dump() for row in rows], _IN_PLACE)


_TABLE: Any = cast("Any", Counted).__table__
_COUNTED = select(_TABLE).where(one_of(_TABLE.c.id, "ids"))
_IN_PLACE = "ON CONFLICT (id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in Counted.model_fields if name != "id"
)


async def years(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the years in which applications were submitted."""
    if not application_ids:
        return {}
    found = await session.execute(_SUBMITTED, {"ids": list(application_ids)})
    return {identifier: submitted_on.year for identifier, submitted_on in found}


_SUBMITTED = select(col(Application.id), col(Application.as_of)).where(
    one_of(col(Application.id), "ids")
)


async def add(session: AsyncSession, changes: Mapping[Cell, Amount]) -> None:
    """Add to cells, in their order, so that two consumers cannot wait for each other."""
    rows = [cell._asdict() | changes[cell]._asdict() for cell in sorted(changes)]
    await insert_many(session, cast("Any", Figure).__table__, rows, _ADDING)


_ADDING = f"ON CONFLICT ({', '.join(Cell._fields)}) DO UPDATE SET " + ", ".join(
    f"{name} = figure.{name} + excluded.{name}" for name in Amount._fields
)


async def sums(
    session: AsyncSession,
    year: int,
    regions: Collection[str] | None,
    measure: str | None,
    by: str,
) -> Sequence[Any]:
    """Return (measure or region, kind, state, items, fen) where there are any."""
    group = col(Figure.measure) if by == "measure" else col(Figure.region)
    items, fen = func.sum(col(Figure.items)), func.sum(col(Figure.fen))
    query = select(group, col(Figure.kind), col(Figure.state), items, fen)
    query = query.where(col(Figure.year) == year)
    if regions is not None:
        query = query.where(col(Figure.region).in_(regions))
    if measure is not None:
        query = query.where(col(Figure.measure) == measure)
    query = query.group_by(group, col(Figure.kind), col(Figure.state)).having(items > 0)
    order = group, col(Figure.kind), col(Figure.state)
    return (await session.execute(query.order_by(*order))).all()


_RECOUNT: Iterable[str] = (
    "LOCK TABLE counted, figure IN EXCLUSIVE MODE",
    "DELETE FROM figure",
    "DELETE FROM counted",
    """
    INSERT INTO counted (id, version, region, year, measure, kind, state, step, fen)
    SELECT id, version, region, extract(year FROM as_of), measure, 'status', status, step,
        coalesce(amount_fen, 0)
    FROM application
    """,
    """
    INSERT INTO counted (id, version, region, year, measure, kind, state, step, fen)
    SELECT payment.id, payment.version, payment.region, extract(year FROM application.as_of),
        payment.measure, 'payment', payment.status,
        CASE WHEN payment.instalment = 1 THEN 'first' END, payment.amount_fen
    FROM payment JOIN application ON application.id = payment.application_id
    WHERE payment.status <> 'planned'
    """,
    """
    INSERT INTO figure (region, year, measure, kind, state, items, fen)
    SELECT region, year, measure, kind, state, count(*), sum(fen)
    FROM (
        SELECT region, year, measure, kind, state, fen FROM counted
        UNION ALL
        SELECT region, year, measure, 'step', step, fen FROM counted
        WHERE kind = 'status' AND step IS NOT NULL
        UNION ALL
        SELECT region, year, measure, 'first', state, fen FROM counted
        WHERE kind = 'payment' AND step = 'first'
    ) AS each
    GROUP BY region, year, measure, kind, state
    """,
)


async def recount(session: AsyncSession) -> None:
    """Count everything anew from what is stored; events of before are older than that."""
    for statement in _RECOUNT:
        await session.execute(text(statement))
