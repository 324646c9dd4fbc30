"""Events are saved where the fact is saved; a relay sends them to the bus.

The row is written as the business transaction ends, after the update that raises the aggregate's
version: that row lock gives the order per aggregate.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from opentelemetry import propagate
from sqlalchemy import Integer, bindparam, delete, func, select, text
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData, written

from . import tables
from .bulk import insert_many
from .bus import EventBus, Message
from .clock import Clock
from .database import SAVED_EVENTS, Database
from .identifiers import new_id
from .logs import kinds
from .wakeup import rest

log = logging.getLogger(__name__)

BATCH = 1_000
"""Most events that are read, and sent, at once."""
_TURN = 4_000
"""Most events of one transaction: what a crash sends again."""
_POLL = 1.0
_GATHER = 0.03
"""Seconds after some were sent: what is saved meanwhile goes together, the first goes at once. At
20 and at 100 events a second that saves a fifth of the CPU time (bench_gather) for 12 to 16 ms."""
_LONGEST_PAUSE = 30.0
_RELAY_LOCK = 0x7A1E_0B0
_ADDING = (
    "ON CONFLICT (direction, type) DO UPDATE SET events = event_count.events + excluded.events"
)
_FORGET = text("DELETE FROM outbox WHERE position(CAST(:mention AS bytea) IN value) > 0")


async def save_event(session: AsyncSession, clock: Clock, event: EventData) -> None:
    """Save an event in the session's transaction; call it after changing the aggregate."""
    await save_events(session, clock, [event])


async def save_events(session: AsyncSession, clock: Clock, events: Sequence[EventData]) -> None:
    """Save events in their order; call it after changing the aggregates."""
    await session.flush()
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    now = clock.now()
    for event in events:
        identifier = new_id()
        session.info[SAVED_EVENTS].append(
            {
                "event_id": identifier,
                "topic": event.topic(),
                "key": str(event.subject),
                "type": event.TYPE,
                "value": written(
                    event,
                    identifier=identifier,
                    time=now,
                    traceparent=carrier.get("traceparent"),
                ),
                "saved_at": now,
            }
        )


async def forget_unsent(session: AsyncSession, mention: str) -> None:
    """Remove the events not sent yet that hold a text, such as the pseudonym of an erased talent.

    Those of this transaction stay. Where the relay is just sending one, this waits until then.
    """
    await session.execute(_FORGET, {"mention": mention.encode()})


class Relay:
    """Moves saved events to the bus, in order, for ever.

    A turn is one transaction: rows are deleted, sent, and committed only once the bus has
    acknowledged all; so a crash sends again, and loses nothing. One relay works at a time.
    """

    def __init__(self, database: Database, bus: EventBus) -> None:
        self._database = database
        self._bus = bus
        self._work = asyncio.Event()

    def wake(self) -> None:
        self._work.set()

    async def run(self) -> None:
        """Relay until cancelled; backs off outside the transaction while the bus fails."""
        pause = 0.05
        while True:
            self._work.clear()
            try:
                sent = await self.step()
            except Exception as error:
                log.warning("relay failed", extra={"error": kinds(error), "pause": pause})
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = 0.05
            if sent < _TURN:
                await asyncio.sleep(_GATHER if sent else 0)
                await rest(self._work, _POLL)

    async def step(self) -> int:
        """Send what is saved, a turn at most; return how many events it was.

        While a batch is on its way the next one is read, and goes when that has arrived.
        """
        sent: Counter[str] = Counter()
        async with self._database.transaction() as session:
            rows = await self._take(session) if await session.scalar(_LOCK) else []
            while rows:
                sent.update([row[3] for row in rows])
                more = len(rows) == BATCH and sent.total() < _TURN
                batch = [Message(topic, key, value) for _, topic, key, _, value in rows]
                taking = asyncio.create_task(self._take(session) if more else _nothing())
                try:
                    await self._bus.publish(batch)
                finally:
                    await asyncio.wait([taking])
                rows = taking.result()
            if sent:
                await add_to_count(session, "published", sent)
        return sent.total()

    async def _take(self, session: AsyncSession) -> list[Any]:
        taken = await session.execute(_TAKE, {"most": BATCH})
        return sorted(taken.all(), key=itemgetter(0))


async def _nothing() -> list[Any]:
    return []


_LOCK = select(func.pg_try_advisory_xact_lock(_RELAY_LOCK))
_FIRST = (
    select(tables.outbox.c.position)
    .order_by(tables.outbox.c.position)
    .limit(bindparam("most", type_=Integer))
)
_TAKE = (
    delete(tables.outbox)
    .where(tables.outbox.c.position.in_(_FIRST))
    .returning(
        tables.outbox.c.position,
        tables.outbox.c.topic,
        tables.outbox.c.key,
        tables.outbox.c.type,
        tables.outbox.c.value,
    )
)


async def add_to_count(session: AsyncSession, direction: str, by_type: Mapping[str, int]) -> None:
    """Add to the durable counts of distinct events, `published` or `consumed`."""
    rows = [
        {"direction": direction, "type": kind, "events": count}
        for kind, count in sorted(by_type.items())
    ]
    await insert_many(session, tables.event_count, rows, _ADDING)


async def counted(session: AsyncSession, direction: str) -> dict[str, int]:
    """Return the durable counts of one direction by event type."""
    rows = await session.execute(
        select(tables.event_count.c.type, tables.event_count.c.events).where(
            tables.event_count.c.direction == direction
        )
    )
    return {row.type: row.events for row in rows}


async def outbox_figures(session: AsyncSession, clock: Clock) -> dict[str, Any]:
    """Return length and age (seconds) of the outbox, and the distinct events published by type."""
    length, oldest = (
        await session.execute(select(func.count(), func.min(tables.outbox.c.saved_at)))
    ).one()
    return {
        "waiting": length,
        "oldest_seconds": round((clock.now() - oldest).total_seconds(), 3) if oldest else 0.0,
        "published": await counted(session, "published"),
    }
