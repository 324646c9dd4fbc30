"""Measure the way of events over Kafka: outbox to acknowledged, commit to consumer.

`python deploy/stack/benchmarks/bench_kafka.py` prints JSON: rows a second of the relay, their share
of reading the same rows by COPY, and its own CPU time; milliseconds from a commit to the handler of
its event, with ten events a second on an idle broker. Without Java or Maven it says so, and
measures nothing.
"""

import asyncio
import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text
from talent_contracts import CodeIssued
from talent_kit.bus import KafkaBus
from talent_kit.clock import SystemClock
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.inbox import Consumer
from talent_kit.migrations import kit_statements
from talent_kit.outbox import Relay, save_event, save_events
from talent_kit.server import freeze
from talent_kit.telemetry import Telemetry
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.wakeup import asyncpg_dsn
from talent_stack.fetch import fetch
from talent_stack.kafka import ADMIN, Kafka
from talent_stack.provisioning import Cluster

EVENTS = 20_000
ROUNDS = 5
ASKED = 300
EVERY = 0.1
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "talent-cloud"
PASSWORD = "only-for-this-run"  # noqa: S105 - the broker goes with it


async def main() -> None:
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"NOT MEASURED: there is no {' and no '.join(missing)}\n")
        sys.stdout.write("{}\n")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _kafka(folder / "kafka") as kafka, durable_postgres(folder / "postgres") as postgres:
            url = await Databases(postgres).create()
            database = Database(url, 8)
            bus = KafkaBus(kafka.url(ADMIN, PASSWORD))
            try:
                async with database.transaction() as session:
                    for statement in kit_statements("0001"):
                        await session.execute(text(statement))
                figures = await _relay_figures(url, database, bus)
                took = sorted(await _commit_to_consumer(database, bus))
            finally:
                await bus.close()
                await database.close()
    figures["commit_to_consumer.p50_ms"] = statistics.median(took)
    figures["commit_to_consumer.p99_ms"] = took[len(took) * 99 // 100]
    shown: dict[str, Any] = {"events": EVENTS, "commit_to_consumer": {}}
    for figure, value in figures.items():
        place, _, inner = figure.partition(".")
        if inner:
            shown[place][inner] = round(value, 2)
        else:
            shown[place] = round(value, 3)
    sys.stdout.write(json.dumps(shown) + "\n")


@contextmanager
def _kafka(folder: Path) -> Iterator[Kafka]:
    kafka = Kafka(
        folder=folder,
        libraries=fetch("kafka", CACHE),
        port=_free_port(),
        controller_port=_free_port(),
        admin_password=PASSWORD,
    )
    kafka.prepare()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(kafka.command(), stdout=log, stderr=log)
    try:
        cluster = Cluster(kafka.servers, PASSWORD)
        cluster.wait(120)
        cluster.provision({})
        yield kafka
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def _fill(database: Database) -> None:
    clock = SystemClock()
    for start in range(0, EVENTS, 500):
        async with database.transaction() as session:
            await save_events(
                session,
                clock,
                [CodeIssued(version=1, talent_id=new_id(), serial=start + n) for n in range(500)],
            )


async def _relay_figures(url: str, database: Database, bus: KafkaBus) -> dict[str, float]:
    """Return what the relay sends a second, beside reading the same rows; medians of rounds."""
    freeze()  # as a worker does once it stands
    rounds = []
    for _ in range(ROUNDS):
        await _fill(database)
        copied = statistics.median([await _copied(url) for _ in range(3)])
        before = time.process_time()
        relayed = await _relayed(database, bus)
        own = (time.process_time() - before) / EVENTS * 1e6
        rounds.append((relayed, relayed / copied, own))
    names = ("relay_rows_per_s", "relay_share_of_copy", "relay_cpu_us_per_row")
    return dict(zip(names, map(statistics.median, zip(*rounds, strict=True)), strict=True))


async def _copied(url: str) -> float:
    """Return rows a second of a COPY of the outbox."""
    connection = await asyncpg.connect(asyncpg_dsn(url))
    try:
        started = time.perf_counter()
        await connection.copy_from_query("SELECT * FROM outbox", output=io.BytesIO())
        return EVENTS / (time.perf_counter() - started)
    finally:
        await connection.close()


async def _relayed(database: Database, bus: KafkaBus) -> float:
    relay = Relay(database, bus)
    # Connections are made before the clock runs; the sending of one row is not missed.
    await relay.step()
    started = time.perf_counter()
    rows = 0
    while sent := await relay.step():
        rows += sent
    return rows / (time.perf_counter() - started)


async def _commit_to_consumer(database: Database, bus: KafkaBus) -> list[float]:
    """Return milliseconds from the end of each commit to its handler's call."""
    clock = SystemClock()
    committed: dict[int, float] = {}
    took: dict[int, float] = {}

    async def handle(_: Any, event: CodeIssued) -> None:
        if event.version > 1:
            took[event.serial] = time.perf_counter()

    consumer = Consumer(
        group="bench",
        database=database,
        bus=bus,
        subscriptions={CodeIssued: handle},
        clock=clock,
        tracer=Telemetry("bench", endpoint="", sample=0.0).tracer,
    )
    relay = Relay(database, bus)
    tasks = [asyncio.create_task(run()) for run in (relay.run, consumer.run)]
    tasks.append(
        asyncio.create_task(database.wakeup.listen(lambda _: relay.wake()), name="bench-listen")
    )
    try:
        while any((await bus.lag("bench", ["talent.identity"])).values()):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        for serial in range(ASKED):
            async with database.transaction() as session:
                event = CodeIssued(version=2, talent_id=new_id(), serial=serial)
                await save_event(session, clock, event)
            committed[serial] = time.perf_counter()
            await asyncio.sleep(EVERY)
        async with asyncio.timeout(10):
            while len(took) < ASKED:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [(took[serial] - committed[serial]) * 1000 for serial in committed]


if __name__ == "__main__":
    asyncio.run(main())
