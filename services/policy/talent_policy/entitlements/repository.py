"""Queries of kept matches, their figures, and runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import ColumnElement, delete, func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many, one_of, pairs
from talent_kit.pagination import Each, PageParams, paginate

from ..models.applications import Application, ApplicationStatus
from ..models.matches import Match, MatchFigure, MatchRun
from ..models.money import Claim
from .rules import Figures, Kept, Place, Sort

_MATCH: Any = Match
_FIGURE: Any = MatchFigure
_OVER = (ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN)


async def kept(session: AsyncSession, subjects: Collection[UUID]) -> dict[Place, tuple[str, Kept]]:
    """Return the kept matches of some subjects, each with the subject's kind."""
    rows = await session.execute(_KEPT, {"subjects": list(subjects)})
    return {Place(*row[:3]): (row[3], Kept(*row[4:])) for row in rows}


async def applied_for(session: AsyncSession, subjects: Collection[UUID]) -> set[Place]:
    """Return what was applied for and neither rejected nor taken back."""
    return {Place(*row) for row in await session.execute(_APPLIED, {"subjects": list(subjects)})}


async def claimed(session: AsyncSession, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of some claims (scope, key) are taken for good."""
    if not keys:
        return set()
    scopes, names = zip(*keys, strict=True)
    found = await session.execute(_CLAIMED, {"scopes": list(scopes), "keys": list(names)})
    return {(scope, key) for scope, key in found}


# What every match asks, made once here: making it anew costs more than running it.
_KEPT = sqlalchemy.select(
    *(getattr(_MATCH, name) for name in (*Place._fields, "subject_kind", *Kept._fields))
).where(one_of(_MATCH.subject_id, "subjects"))
_APPLIED = sqlalchemy.select(*(getattr(Application, name) for name in Place._fields)).where(
    one_of(col(Application.subject_id), "subjects"), col(Application.status).not_in(_OVER)
)
_CLAIMS = pairs(scope="scopes", key="keys")
_CLAIMED = sqlalchemy.select(col(Claim.scope), col(Claim.key)).join(
    _CLAIMS, (col(Claim.scope) == _CLAIMS.c.scope) & (col(Claim.key) == _CLAIMS.c.key)
)


async def save(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep matches, in place of those of the same subject and measure."""
    await insert_many(session, _MATCH.__table__, rows, _IN_PLACE)


_IN_PLACE = f"ON CONFLICT ({', '.join(Place._fields)}) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in ("subject_kind", "as_of", "matched_at", *Kept._fields)
)


async def forget(session: AsyncSession, places: Collection[Place]) -> None:
    """Remove the matches of what came to nothing."""
    if places:
        columns = tuple_(*(getattr(_MATCH, name) for name in Place._fields))
        await session.execute(delete(Match).where(columns.in_(places)))


async def add_to_figures(session: AsyncSession, figures: Figures) -> None:
    """Add to the figures, always in the same order: two workers cannot deadlock."""
    if not figures:
        return
    rows = [
        {**sort._asdict(), "subjects": added[0], "amount_fen": added[1]}
        for sort, added in sorted(figures.items())
    ]
    await insert_many(session, _FIGURE.__table__, rows, _ADDING)


_ADDING = f"ON CONFLICT ({', '.join(Sort._fields)}) DO UPDATE SET " + ", ".join(
    f"{name} = match_figure.{name} + excluded.{name}" for name in ("subjects", "amount_fen")
)


async def page(
    session: AsyncSession, regions: Sequence[str], asked: Mapping[str, Any], page: PageParams
) -> tuple[Sequence[Match], str | None]:
    """Return the matches of some regions, the newest first; `asked` are columns and values."""
    query = select(Match).where(*_equal(_MATCH, asked))
    return await paginate(session, query, col(Match.id), page, Each(col(Match.region), regions))


async def figures(
    session: AsyncSession, regions: Sequence[str], asked: Mapping[str, Any]
) -> Sequence[Any]:
    """Return the sums over some regions by pack, measure, outcome and whether applied for."""
    sort = (_FIGURE.pack_name, _FIGURE.measure, _FIGURE.outcome, _FIGURE.applied)
    sums = (
        func.sum(_FIGURE.subjects).label("subjects"),
        func.sum(_FIGURE.amount_fen).label("amount_fen"),
    )
    query = (
        sqlalchemy.select(*sort, *sums)
        .where(_FIGURE.region.in_(regions), *_equal(_FIGURE, asked))
        .group_by(*sort)
        .having(func.sum(_FIGURE.subjects) > 0)
        .order_by(*sort)
    )
    return (await session.execute(query)).all()


def _equal(table: Any, asked: Mapping[str, Any]) -> Iterable[ColumnElement[bool]]:
    return (getattr(table, name) == value for name, value in asked.items() if value is not None)


async def run_page(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[MatchRun], str | None]:
    """Return the runs of everybody and of some regions, the newest first."""
    region = col(MatchRun.region)
    query = select(MatchRun).where(or_(region.is_(None), region.in_(regions)))
    return await paginate(session, query, col(MatchRun.id), page)
