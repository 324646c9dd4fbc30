"""Measure what relay and timers save by gathering for a moment after work, and what it delays.

`python shared/kit/benchmarks/bench_gather.py` prints JSON for commits that come by chance, 20 and
100 a second: milliseconds of CPU time for each, of this process and of PostgreSQL together, and
milliseconds from the commit until the bus has the event, or the timer's handler has done what it
stands for; without any pause and with the one that the loop makes. Medians of rounds that take
turns. The timers are four whose handler takes all that is there, as those that send orders.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import text
from talent_contracts import CodeIssued
from talent_kit import outbox, timers
from talent_kit.bus import EmbeddedBus, Message
from talent_kit.clock import SystemClock
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.migrations import kit_statements
from talent_kit.outbox import Relay, save_event
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.timers import Timers, set_timer

RATES = (20, 100)
SECONDS = 4
ROUNDS = 3
LANES = 4
CLOCK = SystemClock()

Commit = Callable[[int], Awaitable[None]]


class TimedBus(EmbeddedBus):
    """Notes when each event is there."""

    there: dict[int, float]

    async def publish(self, messages: Sequence[Message]) -> None:
        await super().publish(messages)
        now = time.perf_counter()
        self.there |= {json.loads(each.value)["data"]["serial"]: now for each in messages}


class Bench:
    """Two loops on one database."""

    def __init__(self, database: Database, bus: TimedBus, server: int) -> None:
        self._database = database
        self._bus = bus
        self._server = server

    async def relay(self, rate: int) -> tuple[float, list[float]]:
        self._bus.there = {}
        loop = Relay(self._database, self._bus)
        return await self._run(loop, self._save, rate, self._bus.there)

    async def timers(self, rate: int) -> tuple[float, list[float]]:
        done: dict[int, float] = {}

        async def take(_: str) -> None:
            async with self._database.transaction() as session:
                taken = await session.execute(text("DELETE FROM effect RETURNING serial"))
                serials = list(taken.scalars())
            done.update(dict.fromkeys(serials, time.perf_counter()))

        loop = Timers(self._database, CLOCK, {"send": take})
        return await self._run(loop, self._set, rate, done)

    async def _save(self, number: int) -> None:
        async with self._database.transaction() as session:
            event = CodeIssued(version=1, talent_id=new_id(), serial=number)
            await save_event(session, CLOCK, event)

    async def _set(self, number: int) -> None:
        async with self._database.transaction() as session:
            await session.execute(text("INSERT INTO effect VALUES (:number)"), {"number": number})
            await set_timer(session, "send", str(number % LANES), CLOCK.now())

    async def _run(
        self, loop: Relay | Timers, commit: Commit, rate: int, done: dict[int, float]
    ) -> tuple[float, list[float]]:
        """Return milliseconds of CPU time a commit, and those until each one is done."""
        listening = self._database.wakeup.listen(lambda _: loop.wake())
        tasks = [asyncio.create_task(listening), asyncio.create_task(loop.run())]
        await asyncio.sleep(0.5)
        chance = random.Random(rate)  # noqa: S311 - the same instants each time
        committed: dict[int, float] = {}
        before, at = self._cpu(), time.perf_counter()
        try:
            for number in range(rate * SECONDS):
                at += chance.expovariate(rate)
                await asyncio.sleep(max(0, at - time.perf_counter()))
                await commit(number)
                committed[number] = time.perf_counter()
            async with asyncio.timeout(30):
                while len(done) < len(committed):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            busy = self._cpu() - before
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        waited = [(done[number] - committed[number]) * 1000 for number in committed]
        return busy * 1000 / len(committed), waited

    def _cpu(self) -> float:
        family = Path(f"/proc/{self._server}/task/{self._server}/children").read_text().split()
        ticks = 0
        for pid in (str(self._server), *family):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except FileNotFoundError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _server(folder: Path) -> int:
    (found,) = folder.rglob("postmaster.pid")
    return int(found.read_text().split()[0])


async def main() -> None:
    pauses: dict[str, tuple[Any, float]] = {
        "relay": (outbox, outbox._GATHER),
        "timers": (timers, timers._GATHER),
    }
    rounds: dict[tuple[str, int, str], list[tuple[float, list[float]]]] = {}
    with tempfile.TemporaryDirectory() as name, durable_postgres(Path(name)) as postgres:
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        database, bus = Database(url, 8), TimedBus(bus_url)
        bench = Bench(database, bus, _server(Path(name)))
        try:
            async with database.transaction() as session:
                for statement in kit_statements("0001"):
                    await session.execute(text(statement))
                await session.execute(text("CREATE TABLE effect (serial int)"))
            for _ in range(ROUNDS):
                for part, (module, pause) in pauses.items():
                    for rate in RATES:
                        for kind, seconds in (("without", 0.0), ("with", pause)):
                            module._GATHER = seconds
                            one = await getattr(bench, part)(rate)
                            rounds.setdefault((part, rate, kind), []).append(one)
        finally:
            await bus.close()
            await database.close()
    figures: dict[str, Any] = {"load": round(os.getloadavg()[0], 1)}
    for (part, rate, kind), measured in rounds.items():
        waited = sorted(each for _, one in measured for each in one)
        figures.setdefault(f"{part}_{rate}_per_s", {})[kind] = {
            "cpu_ms": round(statistics.median(busy for busy, _ in measured), 2),
            "p50_ms": round(statistics.median(waited), 1),
            "p99_ms": round(waited[len(waited) * 99 // 100], 1),
        }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    uvloop.run(main())
