"""Keeping the deadlines of something in step with what it now is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id

from ..models.deadlines import Deadline
from . import repository


@dataclass(frozen=True)
class Subject:
    """Whose deadlines they are, and who is told of them."""

    kind: str
    """`station`, `fellow`, `review` or `evaluation`."""
    id: UUID
    region: str
    station_id: UUID | None = None
    unit_id: UUID | None = None
    talent_id: UUID | None = None


@dataclass(frozen=True)
class Due:
    """Something that must be done by a day; both days in Asia/Shanghai."""

    kind: str
    due_on: date
    remind_on: date


async def keep(
    session: AsyncSession, clock: Clock, subject: Subject, wanted: Iterable[Due]
) -> None:
    """Make these the open deadlines of a subject: others of it count as met today.

    One whose day moves is told of anew. Takes the caller's lock on the subject for granted, and
    locks its deadlines, so that a sweep which runs beside it marks none on its way.
    """
    today = local_date(clock.now())
    known = {row.kind: row for row in await repository.held(session, subject.id)}
    due = {each.kind: each for each in wanted}
    for kind, row in known.items():
        if kind not in due and row.met_on is None:
            row.met_on = today
            row.version += 1
    for kind, each in due.items():
        if kind not in known:
            session.add(_row(subject, each))
            continue
        row = known[kind]
        moved = (row.due_on, row.remind_on) != (each.due_on, each.remind_on)
        if moved or row.met_on is not None:
            row.due_on, row.remind_on, row.met_on = each.due_on, each.remind_on, None
            row.reminded_at = row.escalated_at = None
            row.version += 1
        row.region = subject.region
        row.station_id, row.unit_id = subject.station_id, subject.unit_id
    await session.flush()


def _row(subject: Subject, due: Due) -> Deadline:
    return Deadline(
        id=new_id(),
        kind=due.kind,
        subject_kind=subject.kind,
        subject_id=subject.id,
        station_id=subject.station_id,
        unit_id=subject.unit_id,
        talent_id=subject.talent_id,
        region=subject.region,
        remind_on=due.remind_on,
        due_on=due.due_on,
        version=1,
    )


async def open_many(
    session: AsyncSession,
    wanted: Iterable[tuple[Subject, Due]],
    *,
    met_before: date | None = None,
) -> None:
    """Open deadlines of subjects that had none yet, in one statement.

    Those that were due before `met_before` count as met on that day.
    """
    rows = [_row(subject, due).model_dump() for subject, due in wanted]
    for row in rows:
        if met_before is not None and row["due_on"] < met_before:
            row["met_on"] = met_before
    await insert_many(session, cast("Any", Deadline).__table__, rows)


async def meet_many(session: AsyncSession, clock: Clock, subject_ids: Collection[UUID]) -> None:
    """Count the open deadlines of subjects as met today, in one statement."""
    statement = (
        update(Deadline)
        .where(col(Deadline.subject_id).in_(subject_ids), col(Deadline.met_on).is_(None))
        .values(met_on=local_date(clock.now()), version=col(Deadline.version) + 1)
    )
    await session.execute(statement)
