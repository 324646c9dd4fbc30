"""Matching a whole population again: its subjects are marked some thousands at a time.

A run goes on where it stopped, whoever goes on with it; it waits while what it marked before is
not matched yet, so that few marks stand in the table however large the population.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Uuid, func, insert, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.database import wake
from talent_kit.identifiers import new_id
from talent_kit.regions import region_and_below

from ..facts.populations import subjects_in
from ..facts.vocabulary import SubjectKind
from ..library.cache import PackCache
from ..library.service import every_pack_in_force
from ..models.matches import Mark, MatchFigure, MatchRun, RunStatus
from .marks import RUN

STEP = 2000
"""Subjects marked at a time."""


async def begin(
    session: AsyncSession, clock: Clock, reason: str, key: str, region: str | None
) -> None:
    """Begin a run, once for each reason and key."""
    await session.execute(
        upsert(MatchRun)
        .values(
            id=new_id(),
            key=f"{reason}:{key}",
            reason=reason,
            region=region,
            status=RunStatus.WAITING,
            kinds=[],
            subjects=0,
            marked=0,
            matched=0,
            begun_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    wake(session, "matching")


async def go_on(session: AsyncSession, clock: Clock, cache: PackCache) -> int:
    """Mark the next subjects of the oldest run that nobody is at; return 1 if there was one."""
    query = (
        select(MatchRun)
        .where(col(MatchRun.status).in_((RunStatus.WAITING, RunStatus.MARKING)))
        .order_by(col(MatchRun.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    run = (await session.exec(query)).one_or_none()
    if run is None:
        return 0
    today = local_date(clock.now())
    if run.status == RunStatus.WAITING:
        await _prepare(session, cache, run, today)
    else:
        await _mark_next(session, run, today)
    if not run.kinds:
        run.status = RunStatus.MATCHING
        _end_if_done(run, clock)
    return 1


async def _prepare(session: AsyncSession, cache: PackCache, run: MatchRun, today: date) -> None:
    """Find which kinds of subjects can match anything, or have matched before."""
    packs = await every_pack_in_force(session, cache, today)
    kinds = {
        measure.content.per.value for pack in packs for measure in pack.rules.measures.values()
    }
    before = select(MatchFigure.subject_kind).where(col(MatchFigure.subjects) > 0).distinct()
    kinds.update((await session.exec(before)).all())
    run.kinds = sorted(kinds)
    for kind in run.kinds:
        found = subjects_in(SubjectKind(kind), _regions(run, today)).subquery()
        run.subjects += await session.scalar(select(func.count()).select_from(found)) or 0
    run.status = RunStatus.MARKING


async def _mark_next(session: AsyncSession, run: MatchRun, today: date) -> None:
    kind = SubjectKind(run.kinds[0])
    found = subjects_in(kind, _regions(run, today), run.after).subquery()
    ids = (await session.exec(select(found.c.id).order_by(found.c.id).limit(STEP))).all()
    columns: list[Any] = [literal(RUN), literal(kind.value), func.unnest(literal(ids, ARRAY(Uuid)))]
    columns += [literal(value=False), literal(run.id)]
    names = ["lane", "subject_kind", "subject_id", "spreads", "run_id"]
    await session.execute(insert(Mark).from_select(names, sqlalchemy.select(*columns)))
    run.marked += len(ids)
    if len(ids) < STEP:
        run.kinds, run.after = run.kinds[1:], None
    else:
        run.after = ids[-1]


def _regions(run: MatchRun, today: date) -> tuple[str, ...] | None:
    return None if run.region is None else region_and_below(run.region, today)


async def count_matched(session: AsyncSession, clock: Clock, matched: Mapping[UUID, int]) -> None:
    """Add to what runs have matched, always in the same order: two workers cannot deadlock."""
    for run_id in sorted(matched):
        run = await session.get_one(MatchRun, run_id, with_for_update=True)
        run.matched += matched[run_id]
        _end_if_done(run, clock)
    await session.flush()


def _end_if_done(run: MatchRun, clock: Clock) -> None:
    if run.status == RunStatus.MATCHING and run.matched == run.marked:
        run.status, run.ended_at = RunStatus.DONE, clock.now()
