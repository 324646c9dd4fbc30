"""Killed at any moment, the process or the server: no event is lost, none takes effect twice."""

import asyncio
import os
import random
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from kit_sample import main
from kit_sample.process import consumer_of
from sqlalchemy import text
from talent_kit.bus import EmbeddedBus
from talent_kit.database import Database
from talent_kit.embedded_postgres import EmbeddedPostgres
from talent_kit.migrations import migrate
from talent_kit.outbox import Relay
from talent_kit.testing.faults import SEEDS
from talent_kit.testing.postgres import durable_postgres
from waiting import until

pytestmark = pytest.mark.crash

COUNTS = """
SELECT (SELECT count(*) FROM note) AS facts,
       (SELECT count(*) FROM outbox) AS waiting,
       (SELECT count(*) FROM parked) AS parked,
       (SELECT count(*) FROM inbox) AS consumed,
       (SELECT count(*) FROM effect) AS effects,
       (SELECT count(*) FROM effect WHERE applied <> 1) AS repeated
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with durable_postgres(tmp_path_factory.mktemp("crash")) as server:
        yield server


@dataclass
class Scene:
    """The databases of one story, and the processes that live on them."""

    server: EmbeddedPostgres
    name: str

    @property
    def urls(self):
        return self.server.url(f"{self.name}_facts"), self.server.url(f"{self.name}_bus")

    async def make(self):
        for part in ("facts", "bus"):
            await self.server.ensure_database(f"{self.name}_{part}")
        await migrate(self.urls[0], main.MIGRATIONS)

    async def drain(self):
        """Relay and consume what the killed ones left; return the counts."""
        database, bus = Database(self.urls[0], 2), EmbeddedBus(self.urls[1])
        relay, consumer = Relay(database, bus), consumer_of(database, bus)

        async def counts():
            async with database.transaction() as session:
                return (await session.execute(text(COUNTS))).one()

        while await relay.step():
            pass
        async with bus.subscribe("sample", ["talent.identity"]) as subscription:
            left = await bus._pool.fetchval("SELECT max(position) FROM message")

            async def read_to_the_end():
                await consumer.step(subscription)
                return subscription._next["talent.identity"] > (left or -1)

            await until(read_to_the_end, 30)
        found = await counts()
        await bus.close()
        await database.close()
        return found


class Nursery:
    """Starts processes and kills them."""

    def __init__(self, process):
        self._process = process
        self._pid = 0

    async def start(self, scene, relay="sound"):
        self._process.stdin.write(" ".join([*scene.urls, relay]).encode() + b"\n")
        self._pid = int((await self.said("pid")).split()[1])
        await self.said("ready")

    async def said(self, word, times=1):
        """Return the line once the process has said a word so often."""
        async with asyncio.timeout(30):
            while True:
                line = (await self._process.stdout.readline()).decode().strip()
                assert line, "the nursery ended"
                times -= line.startswith(word)
                if times == 0:
                    return line

    async def kill(self):
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            await self.said("gone")
        self._pid = 0


@pytest.fixture(scope="module")
async def nursery():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kit_sample.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        start_new_session=True,
    )
    nursery = Nursery(process)
    yield nursery
    # The whole session, since a story that failed may have left its process running.
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def nothing_lost(counts):
    """The check of this file: each fact consumed, each effect once."""
    return (
        counts.facts > 0
        and counts.facts == counts.consumed == counts.effects
        and counts.waiting == counts.parked == counts.repeated == 0
    )


@pytest.fixture
async def scene(server, request):
    scene = Scene(server, f"s{abs(hash(request.node.name)) % 10**8}")
    await scene.make()
    return scene


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_random_moments_it_loses_and_repeats_nothing(nursery, scene, seed):
    chance = random.Random(seed)
    for _ in range(4):
        await nursery.start(scene)
        await asyncio.sleep(chance.uniform(0.02, 0.5))
        await nursery.kill()
    counts = await scene.drain()
    assert nothing_lost(counts), counts


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_while_sending_it_loses_and_repeats_nothing(nursery, scene, moment):
    for times in (1, 2):
        await nursery.start(scene)
        await nursery.said(moment, times)
        await nursery.kill()
    counts = await scene.drain()
    assert nothing_lost(counts), counts


async def test_the_check_finds_what_a_broken_relay_loses(nursery, scene):
    for _ in range(2):
        await nursery.start(scene, "broken")
        await nursery.said("before", 2)
        await nursery.kill()
    counts = await scene.drain()
    assert not nothing_lost(counts)
    assert counts.consumed < counts.facts


async def test_the_server_killed_under_it_loses_and_repeats_nothing(nursery, scene):
    await nursery.start(scene)
    await nursery.said("after", 3)
    os.kill(scene.server.pid, signal.SIGKILL)
    await until(lambda: not scene.server.running)
    await asyncio.to_thread(scene.server.start)
    await nursery.said("after", 3)
    await nursery.kill()
    counts = await scene.drain()
    assert nothing_lost(counts), counts
