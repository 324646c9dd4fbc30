"""Saving the state of every aggregate again as events, from which any projection can be rebuilt.

For a new subscriber, one that lost its projection, or one that was away longer than the bus keeps
messages. Subscribers ignore what is not newer than what they have, so that doing it twice, or
breaking off and beginning again, does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlmodel import SQLModel
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData

from . import tables
from .outbox import save_events
from .service import Service

S = TypeVar("S", bound=Service)

_BATCH = 200
_MOST_WAITING = 2_000
"""Events in the outbox past which it waits: what happens meanwhile should not stand behind all."""
_LOOK_AGAIN = 0.2


@dataclass(frozen=True)
class Republished(Generic[S]):
    """A noun whose aggregates are the rows of a table with the primary key `id`.

    `events` makes the events of some rows, none for those of which nothing was ever told.
    """

    noun: str
    table: type[SQLModel]
    events: Callable[[S, AsyncSession, Sequence[Any]], Awaitable[Sequence[EventData]]]


async def republish(
    service: S,
    nouns: Sequence[Republished[S]],
    *,
    only: Collection[str] = (),
    batch: int = _BATCH,
) -> dict[str, int]:
    """Save the state events of all aggregates, or of some nouns; return how many by noun.

    In the order of the nouns, a batch a transaction. The rows are locked meanwhile, so that a
    change is told either by this event or by a later one.
    """
    saved = {}
    for noun in nouns:
        if not only or noun.noun in only:
            saved[noun.noun] = await _all_of(service, noun, batch)
    return saved


async def _all_of(service: S, noun: Republished[S], batch: int) -> int:
    table: Any = noun.table
    last, saved = None, 0
    while True:
        await _room(service)
        async with service.database.transaction() as session:
            query = select_rows(table).order_by(table.id).limit(batch).with_for_update(read=True)
            if last is not None:
                query = query.where(table.id > last)
            rows = (await session.exec(query)).all()
            if not rows:
                return saved
            events = await noun.events(service, session, rows)
            if events:
                await save_events(session, service.clock, events)
            last, saved = rows[-1].id, saved + len(events)


async def _room(service: Service) -> None:
    """Return once the relay has caught up."""
    some = select(tables.outbox.c.position).limit(_MOST_WAITING + 1).subquery()
    while True:
        async with service.database.transaction() as session:
            waiting = await session.scalar(select(func.count()).select_from(some))
        if (waiting or 0) <= _MOST_WAITING:
            return
        await asyncio.sleep(_LOOK_AGAIN)
