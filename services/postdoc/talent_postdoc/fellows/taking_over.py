"""Fellowships of a former register, many at once: begun as they stand, told of as taken over."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from talent_contracts import FellowEntered, FellowExited, FellowState, FellowWithdrawn
from talent_kit import audit
from talent_kit.bulk import insert_many
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events

from ..deadlines.service import Due, Subject, open_many
from ..models.fellows import Fellow, FellowEntry
from ..models.parties import Person
from ..models.stations import Station
from ..terms.service import TermBook
from . import periods
from .acts import Kind
from .recording import Desk, Life, row_of, state_event, told_as, write
from .service import new_fellow
from .states import Entry, fold


class Begun(NamedTuple):
    """A fellowship that began before, and the station that it was in."""

    life: Life
    station: Station


_EVENTS: dict[str | None, type[FellowState]] = {
    "in_station": FellowEntered,
    "completed": FellowExited,
    "left_early": FellowWithdrawn,
}


def begun(desk: Desk, station: Station, person: Person, on: date, detail: dict[str, Any]) -> Begun:
    """Return a fellowship as a former register tells of it, not yet saved.

    Whether it is the doctor's first, and was paid for, such a register does not say.
    """
    fellow = new_fellow(desk, station, person, detail, "unknown")
    entry = Entry(new_id(), 1, Kind.REGISTERED, on, detail)
    life = Life(fellow, [entry], fold([entry]))
    write(fellow, life.state)
    return Begun(life, station)


async def save(desk: Desk, book: TermBook, taken: Sequence[Begun], job_id: UUID) -> frozenset[UUID]:
    """Save fellowships with their deadlines and events, each kind of row in one statement.

    Returns the ids of those saved: not of whom another station took in meanwhile. What was due
    before today counts as met, so that nobody is alarmed of it.
    """
    session = desk.session
    rows = [each.life.fellow.model_dump() for each in taken]
    made = await insert_many(session, _table(Fellow), rows, "ON CONFLICT DO NOTHING RETURNING id")
    ids = frozenset(row.id for row in made)
    kept = [each for each in taken if each.life.fellow.id in ids]
    entries = [
        row_of(desk, each.life.fellow, each.life.entries[0], dict(each.life.entries[0].detail))
        for each in kept
    ]
    await insert_many(session, _table(FellowEntry), [row.model_dump() for row in entries])
    await audit.record_many(
        session,
        desk.clock,
        actor=desk.login,
        action=f"fellow.{Kind.REGISTERED}",
        subjects=[(f"fellow:{row.fellow_id}", each.life.fellow.region)
                  for row, each in zip(entries, kept, strict=True)],
        detail={"job": str(job_id)},
    )  # fmt: skip
    wanted = [due for each in kept for due in await _dues(book, each.life)]
    await open_many(session, wanted, met_before=desk.today)
    events = [
        state_event(_EVENTS[told_as(each.life.fellow)], each.life.fellow, each.station)
        for each in kept
    ]
    await save_events(session, desk.clock, events)
    return ids


async def _dues(book: TermBook, life: Life) -> list[tuple[Subject, Due]]:
    fellow = life.fellow
    terms = await book.at(fellow.region, life.entries[0].on)
    ahead = timedelta(days=terms["REMIND_AHEAD"])
    subject = Subject(
        "fellow", fellow.id, fellow.region, fellow.station_id, fellow.unit_id, fellow.talent_id
    )
    due = periods.due(life.state, fellow.foreign, terms)
    return [(subject, Due(kind, until, until - ahead)) for kind, until in due.items()]


def _table(model: Any) -> Any:
    return cast("Any", model).__table__
