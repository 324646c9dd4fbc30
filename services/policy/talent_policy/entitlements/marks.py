"""Taking marks: which subjects to match next, each by one worker at a time.

Marks of one subject are held together or not at all. So a worker reads the facts after every change
that the marks stand for, and nobody else writes the subject's matches meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, delete, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import one_of

from ..facts.populations import subjects_with
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
        picked = await session.execute(_PICKED, {"lane": lane, "most": most})
        chosen = set(picked.scalars())
        if chosen:
            return await _hold(session, chosen)
    return {}


async def _hold(session: AsyncSession, chosen: Collection[UUID]) -> dict[Subject, Held]:
    given = {"subjects": list(chosen)}
    rows = (await session.execute(_HOLD, given)).all()
    ours = {row.position for row in rows}
    every = (await session.execute(_EVERY, given)).all()
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
    await session.execute(_REMOVE, _positions(held))


async def set_aside(session: AsyncSession, held: Iterable[Held]) -> None:
    """Keep marks out of the way that cannot be done; the subject's next mark takes them along."""
    await session.execute(_SET_ASIDE, _positions(held))


def _positions(held: Iterable[Held]) -> dict[str, list[int]]:
    return {"positions": [place for each in held for place in each.positions]}


# What every batch asks, made once: making it anew costs more than running it.
_TABLE: Any = cast("Any", Mark).__table__
_PICKED = (
    select(_TABLE.c.subject_id)
    .where(_TABLE.c.lane == bindparam("lane"))
    .order_by(_TABLE.c.position)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_THEIRS = one_of(_TABLE.c.subject_id, "subjects")
_HOLD = select(_TABLE).where(_THEIRS).with_for_update(skip_locked=True)
_EVERY = select(_TABLE.c.position, _TABLE.c.subject_id).where(_THEIRS)
_REMOVE = delete(_TABLE).where(one_of(_TABLE.c.position, "positions"))
_SET_ASIDE = (
    update(_TABLE).where(one_of(_TABLE.c.position, "positions")).values(lane=ASIDE, run_id=None)
)


async def spread(session: AsyncSession, held: Mapping[Subject, Held]) -> None:
    """Mark what marked persons and organisations are a party to.

    A person's few at once; of an organisation some at a time, and a further mark goes on from
    there.
    """
    spreading = {subject: each for subject, each in held.items() if each.spreads}
    persons = [subject.id for subject in spreading if subject.kind is SubjectKind.PERSON]
    if persons:
        await session.execute(_SPREAD_PERSONS, {"ids": persons})
    for subject, each in spreading.items():
        if subject.kind is SubjectKind.ORGANISATION:
            await _spread_organisation(session, subject, each.after)


_FOUND = subjects_with(SubjectKind.PERSON, bindparam("ids", type_=ARRAY(Uuid))).subquery()
_SPREAD_PERSONS = insert(_TABLE).from_select(
    ["lane", "subject_kind", "subject_id", "spreads"],
    select(literal(FRESH), _FOUND.c.kind, _FOUND.c.id, literal(value=False)),
)


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
