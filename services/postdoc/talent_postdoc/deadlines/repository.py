"""Reading deadlines, and marking those that are told of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, any_, bindparam, func, select, update
from sqlalchemy.engine import Row
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.pagination import Each, OldestFirst, paginate_oldest

from ..models.deadlines import Deadline

_TABLE: Any = Deadline.__table__  # type: ignore[attr-defined]
_TOLD = (
    "id",
    "kind",
    "subject_kind",
    "subject_id",
    "station_id",
    "unit_id",
    "talent_id",
    "region",
    "due_on",
    "version",
)


def _taking(order: Any, *conditions: Any) -> Any:
    """Return the ids of the next open deadlines that no transaction holds, as an array."""
    found = (
        select(_TABLE.c.id)
        .where(_TABLE.c.met_on.is_(None), *conditions)
        .order_by(order, _TABLE.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    # An array is computed once; a subquery may be run again, and lock other rows.
    return any_(func.array(found.scalar_subquery()))


_TODAY = bindparam("today", type_=Date)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_ESCALATE = (
    update(_TABLE)
    .where(
        _TABLE.c.id
        == _taking(_TABLE.c.due_on, _TABLE.c.escalated_at.is_(None), _TABLE.c.due_on < _TODAY)
    )
    # Who hears that a day is over needs no reminder that it comes near.
    .values(
        escalated_at=_NOW,
        reminded_at=func.coalesce(_TABLE.c.reminded_at, _NOW),
        version=_TABLE.c.version + 1,
    )
    .returning(*(_TABLE.c[name] for name in _TOLD))
)
_REMIND = (
    update(_TABLE)
    .where(
        _TABLE.c.id
        == _taking(_TABLE.c.remind_on, _TABLE.c.reminded_at.is_(None), _TABLE.c.remind_on <= _TODAY)
    )
    .values(reminded_at=_NOW, version=_TABLE.c.version + 1)
    .returning(*(_TABLE.c[name] for name in _TOLD))
)


async def escalated(
    session: AsyncSession, now: datetime, today: date, most: int
) -> Sequence[Row[Any]]:
    """Mark open deadlines whose last day is over as told of, and return them."""
    given = {"now": now, "today": today, "most": most}
    return (await session.execute(_ESCALATE, given)).all()


async def reminded(
    session: AsyncSession, now: datetime, today: date, most: int
) -> Sequence[Row[Any]]:
    """Mark open deadlines that come near as told of, and return them."""
    given = {"now": now, "today": today, "most": most}
    return (await session.execute(_REMIND, given)).all()


async def held(session: AsyncSession, subject_id: UUID) -> Sequence[Deadline]:
    """Return and lock the deadlines of a subject."""
    query = select_rows(Deadline).where(Deadline.subject_id == subject_id)
    query = query.order_by(col(Deadline.id)).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).all()


async def page(
    session: AsyncSession,
    whose: Sequence[Any],
    at: OldestFirst,
    each: Each | None = None,
    *,
    kind: str | None,
    before: date | None,
    since: date | None,
) -> tuple[Sequence[Deadline], str | None]:
    """Return a page of open deadlines, the nearest first; those due before or since a day."""
    query = select_rows(Deadline).where(col(Deadline.met_on).is_(None), *whose)
    if kind is not None:
        query = query.where(func.split_part(col(Deadline.kind), ":", 1) == kind)
    if before is not None:
        query = query.where(col(Deadline.due_on) < before)
    if since is not None:
        query = query.where(col(Deadline.due_on) >= since)
    order = (col(Deadline.due_on), col(Deadline.id))
    return await paginate_oldest(session, query, order, at, each)


async def open_ones(session: AsyncSession, condition: Any, most: int) -> Sequence[Deadline]:
    """Return what is open, the nearest first."""
    query = select_rows(Deadline).where(col(Deadline.met_on).is_(None), condition)
    query = query.order_by(col(Deadline.due_on), col(Deadline.id)).limit(most)
    return (await session.exec(query)).all()
