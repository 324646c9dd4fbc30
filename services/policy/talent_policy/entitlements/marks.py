"""Taking marks: which subjects to match next, each by one worker at a time.

Marks of one subject are held together or not at all. So a worker reads the facts after every change
that the marks stand for, and nobody else writes the subject's matches meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, literal, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from ..facts.populations import among, subjects_with
from ..facts.vocabulary import SubjectKind
from ..models.matches import Mark

FRESH, SPREAD, RUN, ASIDE = 0, 1, 2, 9
"""Lanes: single changes, what follows from one for many, whole populations, what cannot be done."""
SPREAD_STEP = 1000
"""Most subjects marked at a time for one organisation."""


class Subject(NamedTuple):
    """Whose matches are looked at."""

    kind: SubjectKind
    id: UUID


@dataclass
class Held:
    """What the marks of one subject ask for together."""

    positions: list[int] = field(default_factory=list)
    runs: list[UUID] = field(default_factory=list)
    """The run of each mark that comes from one."""
    matched: bool = False
    """Whether the subject itself is to be matched: not where only its spreading goes on."""
    spreads: bool = False
    after: UUID | None = None


async def take(session: AsyncSession, most: int) -> dict[Subject, Held]:
    """Hold the marks of some subjects until the transaction ends, single changes first."""
    for lane in (FRESH, SPREAD, RUN):
        picked = select(col(Mark.subject_id)).where(col(Mark.lane) == lane)
        picked = picked.order_by(col(Mark.position)).limit(most)
        chosen = set((await session.execute(picked.with_for_update(skip_locked=True))).scalars())
        if chosen:
            return await _hold(session, chosen)
    return {}


async def _hold(session: AsyncSession, chosen: Collection[UUID]) -> dict[Subject, Held]:
    table: Any = Mark
    theirs = among(table.subject_id, chosen)
    rows = (
        await session.execute(
            select(
                table.position,
                table.subject_kind,
                table.subject_id,
                table.spreads,
                table.after,
                table.run_id,
            )
            .where(theirs)
            .with_for_update(skip_locked=True)
        )
    ).all()
    ours = {row.position for row in rows}
    every = (await session.execute(select(table.position, table.subject_id).where(theirs))).all()
    elsewhere = {subject for position, subject in every if position not in ours}
    held: dict[Subject, Held] = {}
    for row in rows:
        if row.subject_id not in elsewhere:
            subject = Subject(SubjectKind(row.subject_kind), row.subject_id)
            _add(held.setdefault(subject, Held()), row)
    return held


def _add(held: Held, row: Any) -> None:
    held.positions.append(row.position)
    if row.run_id is not None:
        held.runs.append(row.run_id)
    if row.after is None:
        held.matched = True
    if row.spreads:
        # The earlier place covers what the later leaves to do; none is the very beginning.
        begun = held.spreads
        places = [row.after, held.after] if begun else [row.after]
        held.after = None if None in places else min(place for place in places if place)
        held.spreads = True


async def remove(session: AsyncSession, held: Iterable[Held]) -> None:
    """Remove the marks that are done."""
    await session.execute(delete(Mark).where(_marks(held)))


async def set_aside(session: AsyncSession, held: Iterable[Held]) -> None:
    """Keep marks out of the way that cannot be done; the subject's next mark takes them along."""
    await session.execute(update(Mark).where(_marks(held)).values(lane=ASIDE, run_id=None))


def _marks(held: Iterable[Held]) -> ColumnElement[bool]:
    return among(col(Mark.position), [place for each in held for place in each.positions])


async def spread(session: AsyncSession, held: Mapping[Subject, Held]) -> None:
    """Mark what marked persons and organisations are a party to.

    A person's few at once; of an organisation some at a time, and a further mark goes on from
    there.
    """
    spreading = {subject: each for subject, each in held.items() if each.spreads}
    persons = [subject.id for subject in spreading if subject.kind is SubjectKind.PERSON]
    if persons:
        found = subjects_with(SubjectKind.PERSON, persons).subquery()
        columns = (literal(FRESH), found.c.kind, found.c.id, literal(value=False))
        await session.execute(
            insert(Mark).from_select(
                ["lane", "subject_kind", "subject_id", "spreads"], select(*columns)
            )
        )
    for subject, each in spreading.items():
        if subject.kind is SubjectKind.ORGANISATION:
            await _spread_organisation(session, subject, each.after)


async def _spread_organisation(
    session: AsyncSession, organisation: Subject, after: UUID | None
) -> None:
    found = subjects_with(organisation.kind, [organisation.id], after).subquery()
    query = select(found.c.kind, found.c.id).order_by(found.c.id).limit(SPREAD_STEP)
    rows = (await session.execute(query)).all()
    marks = [_mark(Subject(SubjectKind(row.kind), row.id), SPREAD) for row in rows]
    if len(rows) == SPREAD_STEP:
        marks.append(_mark(organisation, SPREAD) | {"spreads": True, "after": rows[-1].id})
    if marks:
        await session.execute(insert(Mark), marks)


def _mark(subject: Subject, lane: int) -> dict[str, Any]:
    return {
        "lane": lane,
        "subject_kind": subject.kind.value,
        "subject_id": subject.id,
        "spreads": False,
        "after": None,
    }
