"""Measure the way of events on the embedded bus: outbox to bus, bus to effects.

`python shared/kit/benchmarks/bench_bus.py` prints JSON: rows a second of the relay and its share of
reading the same rows by COPY; messages a second of a consumer that handles them together, alone,
and many in one call, each with one row as its effect.
"""

import asyncio
import io
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text
from talent_contracts import CodeIssued
from talent_kit.bus import EmbeddedBus
from talent_kit.clock import SystemClock
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.inbox import Consumer, Handler, Many
from talent_kit.migrations import kit_statements
from talent_kit.outbox import Relay, save_event
from talent_kit.telemetry import Telemetry
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.wakeup import asyncpg_dsn

EVENTS = 20_000
HANDLED = 4_000


async def main() -> None:
    with tempfile.TemporaryDirectory() as name, durable_postgres(Path(name)) as postgres:
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        database, bus = Database(url, 8), EmbeddedBus(bus_url)
        try:
            async with database.transaction() as session:
                for statement in kit_statements("0001"):
                    await session.execute(text(statement))
                await session.execute(text("CREATE TABLE effect (id uuid, serial int)"))
            await _fill(database)
            copied = await _copied(url)
            relayed = await _relayed(database, bus)
            figures = {"relay_rows_per_s": relayed, "relay_share_of_copy": relayed / copied}
            for kind, handler in HANDLERS.items():
                figures[f"consumed_{kind}_per_s"] = await _consumed(database, bus, kind, handler)
        finally:
            await bus.close()
            await database.close()
    rounded = {name: round(figure, 3) for name, figure in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")


async def _fill(database: Database) -> None:
    clock = SystemClock()
    for _ in range(EVENTS // 500):
        async with database.transaction() as session:
            for serial in range(500):
                talent = new_id()
                event = CodeIssued(version=1, talent_id=talent, serial=serial)
                await save_event(session, clock, event)


async def _copied(url: str) -> float:
    connection = await asyncpg.connect(asyncpg_dsn(url))
    try:
        started = time.perf_counter()
        await connection.copy_from_query("SELECT * FROM outbox", output=io.BytesIO())
        return EVENTS / (time.perf_counter() - started)
    finally:
        await connection.close()


async def _relayed(database: Database, bus: EmbeddedBus) -> float:
    relay = Relay(database, bus)
    started = time.perf_counter()
    while await relay.step():
        pass
    return EVENTS / (time.perf_counter() - started)


async def _one(session: Any, event: CodeIssued) -> None:
    row = {"id": event.talent_id, "serial": event.serial}
    await session.execute(text("INSERT INTO effect VALUES (:id, :serial)"), row)


async def _all(session: Any, events: Sequence[CodeIssued]) -> None:
    rows = {"ids": [event.talent_id for event in events], "serial": events[0].serial}
    await session.execute(
        text("INSERT INTO effect SELECT unnest(CAST(:ids AS uuid[])), :serial"), rows
    )


HANDLERS: dict[str, Handler | Many] = {"together": _one, "alone": _one, "many": Many(_all)}


async def _consumed(
    database: Database, bus: EmbeddedBus, kind: str, handler: Handler | Many
) -> float:
    """Consume as a group of its own; `alone` is handed one message at a time."""
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE inbox"))
    consumer = Consumer(
        group=kind,
        database=database,
        bus=bus,
        subscriptions={CodeIssued: handler},
        clock=SystemClock(),
        tracer=Telemetry("bench", endpoint=None, sample=0.0).tracer,
    )
    done = 0
    async with bus.subscribe(kind, ["talent.identity"]) as subscription:
        started = time.perf_counter()
        while done < HANDLED:
            for partition, batch in (await subscription.fetch(200)).items():
                parts: Sequence[Sequence[Any]] = [[each] for each in batch]
                for part in parts if kind == "alone" else [batch]:
                    await consumer._partition(subscription, partition, part)
                done += len(batch)
        return done / (time.perf_counter() - started)


if __name__ == "__main__":
    asyncio.run(main())
