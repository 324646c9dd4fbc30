"""Queries of kept matches, their figures, and runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import ColumnElement, Text, delete, func, literal, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import Each, PageParams, paginate

from ..facts.populations import among
from ..models.applications import Application, ApplicationStatus
from ..models.matches import Match, MatchFigure, MatchRun
from ..models.money import Claim
from .rules import Kept, Place, Sort

_MATCH: Any = Match
_FIGURE: Any = MatchFigure
_OVER = (ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN)


async def kept(session: AsyncSession, subjects: Collection[UUID]) -> dict[Place, tuple[str, Kept]]:
    """Return the kept matches of some subjects, each with the subject's kind."""
    columns = [getattr(_MATCH, name) for name in (*Place._fields, "subject_kind", *Kept._fields)]
    rows = await session.execute(select(*columns).where(among(_MATCH.subject_id, subjects)))
    return {Place(*row[:3]): (row[3], Kept(*row[4:])) for row in rows}


async def applied_for(session: AsyncSession, subjects: Collection[UUID]) -> set[Place]:
    """Return what was applied for and neither rejected nor taken back."""
    query = select(Application.subject_id, Application.pack_name, Application.measure).where(
        among(col(Application.subject_id), subjects), col(Application.status).not_in(_OVER)
    )
    return {Place(*row) for row in (await session.exec(query)).all()}


async def claimed(session: AsyncSession, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which of some claims (scope, key) are taken for good."""
    if not keys:
        return set()
    scopes, names = zip(*keys, strict=True)
    wanted = select(
        func.unnest(literal(scopes, ARRAY(Text))).label("scope"),
        func.unnest(literal(names, ARRAY(Text))).label("key"),
    ).subquery()
    query = select(Claim.scope, Claim.key).join(
        wanted, (col(Claim.scope) == wanted.c.scope) & (col(Claim.key) == wanted.c.key)
    )
    return {(scope, key) for scope, key in (await session.exec(query)).all()}


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


async def add_to_figures(session: AsyncSession, figures: Mapping[Sort, tuple[int, int]]) -> None:
    """Add to the figures, always in the same order: two workers cannot deadlock."""
    if not figures:
        return
    statement = insert(_FIGURE)
    counted = ("subjects", "amount_fen")
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=list(Sort._fields),
            set_={name: getattr(_FIGURE, name) + statement.excluded[name] for name in counted},
        ),
        [
            {**sort._asdict(), "subjects": added[0], "amount_fen": added[1]}
            for sort, added in sorted(figures.items())
        ],
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
