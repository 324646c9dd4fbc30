"""Processes to kill: each writes numbered facts with their events, relays and consumes them.

This one forks them, one at a time, so that only the first has to load the code: for each line on
its input, the urls of database and bus and `sound` or `broken`. They say so when they are ready,
and before and after each batch that they send.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from itertools import count as numbers
from uuid import UUID

from opentelemetry.trace import NoOpTracer
from sqlalchemy import func, select
from talent_contracts import CodeIssued
from talent_kit.bus import EmbeddedBus, Message
from talent_kit.clock import SystemClock
from talent_kit.database import Database, is_transient
from talent_kit.identifiers import new_id
from talent_kit.inbox import Consumer
from talent_kit.outbox import Relay, save_event

from .main import count
from .models import Note

KEYS = [UUID(int=n) for n in range(1, 6)]
CLOCK = SystemClock()


class AnnouncingBus(EmbeddedBus):
    """Says when it sends, and takes its time, so that a kill can fall between."""

    async def publish(self, messages: Sequence[Message]) -> None:
        await say("before")
        await super().publish(messages)
        await say("after")


class BrokenRelay(Relay):
    """What a relay must not do: it commits the removal, and sends only then."""

    async def step(self) -> int:
        async with self._database.transaction() as session:
            rows = await self._take(session)
        if rows:
            await self._bus.publish([Message(row.topic, row.key, row.value) for row in rows])
        return len(rows)


async def say(word: str) -> None:
    print(word, flush=True)
    await asyncio.sleep(0.03)


async def write(database: Database) -> None:
    """Save facts for ever, each with its event, beginning behind what was committed."""
    while True:
        try:
            async with database.transaction() as session:
                last = await session.scalar(select(func.count()).select_from(Note))
            for number in numbers((last or 0) + 1):
                await save(database, number)
                await asyncio.sleep(0.005)
        except Exception as error:
            if not is_transient(error):
                raise
            await asyncio.sleep(0.1)


async def save(database: Database, number: int) -> None:
    async with database.transaction() as session:
        session.add(Note(id=new_id(), owner=str(number), text=b"", version=1))
        key = KEYS[number % len(KEYS)]
        event = CodeIssued(version=number, talent_id=key, serial=number)
        await save_event(session, CLOCK, event)


def consumer_of(database: Database, bus: EmbeddedBus) -> Consumer:
    return Consumer("sample", database, bus, {CodeIssued: count}, CLOCK, NoOpTracer())


async def run(database_url: str, bus_url: str, relay: type[Relay]) -> None:
    database, bus = Database(database_url, 4), AnnouncingBus(bus_url)
    loops = [relay(database, bus).run(), consumer_of(database, bus).run()]
    print("ready", flush=True)
    await asyncio.gather(*loops, write(database))


def fork_one(database_url: str, bus_url: str, relay: str) -> None:
    pid = os.fork()
    if pid == 0:
        asyncio.run(run(database_url, bus_url, {"sound": Relay, "broken": BrokenRelay}[relay]))
        os._exit(1)
    print(f"pid {pid}", flush=True)
    os.waitpid(pid, 0)
    print("gone", flush=True)


if __name__ == "__main__":
    for line in sys.stdin:
        fork_one(*line.split())
