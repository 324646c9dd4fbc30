"""Killed in the middle of a job, the worker or the server: no row is lost, none done twice."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from pathlib import Path

import pytest
from kit_sample import imports, main
from talent_kit.clock import SystemClock
from talent_kit.identifiers import new_id
from talent_kit.jobs import records
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.testing.faults import SEEDS
from talent_kit.testing.postgres import durable_postgres
from waiting import until

pytestmark = pytest.mark.crash

ROWS = 1_000
LEASE = 0.6


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with durable_postgres(tmp_path_factory.mktemp("jobs")) as server:
        yield server


@pytest.fixture
async def service(server, tmp_path):
    name = f"jobs_{new_id().hex}"
    await server.ensure_database(name)
    await migrate(server.url(name), main.MIGRATIONS)
    create_keyring(tmp_path / "keys.json")
    service = main.create_service(settings(server.url(name), tmp_path))
    yield service
    await service.close()


def settings(url, folder):
    return main.SampleSettings(
        environment="development",
        database_url=url,
        bus_url=url,
        keys_file=folder / "keys.json",
        issuer="https://issuer.test",
        jwks_url="file:///none",
        blobs_url=(folder / "blobs").as_uri(),
        job_lease_seconds=LEASE,
    )


async def begin(service):
    """Queue a job of a thousand numbers, of which one row in a hundred is bad."""
    lines = [f"{n if n % 100 else 'x'},x" for n in range(1_000, 1_000 + ROWS)]

    async def pieces():
        yield "\n".join(["number,text", *lines]).encode()

    file = await service.blobs.arrive(
        imports.KIND, "someone", pieces(), accepts={"text/csv"}, most=1 << 20
    )
    async with service.database.transaction() as session:
        await service.blobs.keep(session, file)
        return await records.queue(
            session,
            SystemClock(),
            kind=imports.KIND,
            region="350702",
            made_by="someone",
            file=file,
        )


class Process:
    """A worker in a process of its own."""

    def __init__(self, process):
        self._process = process

    @classmethod
    async def start(cls, service):
        plain = service.settings.model_dump(mode="json") | {
            name: getattr(service.settings, name).get_secret_value()
            for name in ("database_url", "bus_url", "s3_access_key", "s3_secret_key")
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).parent / "process.py"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        process.stdin.write(json.dumps(plain).encode() + b"\n")
        await process.stdin.drain()
        started = cls(process)
        await started.said("ready")
        return started

    async def said(self, word, times=1):
        async with asyncio.timeout(120):
            while times:
                line = (await self._process.stdout.readline()).decode().strip()
                assert line, "the worker ended"
                times -= line == word

    async def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()


async def finished(service, job_id):
    worker = main.create_worker(service)
    async with asyncio.timeout(30):
        while True:
            await worker.jobs.step()
            async with service.database.transaction() as session:
                job = await records.find(session, imports.KIND, job_id)
                if job.status == "finished":
                    rows, _ = await records.report(session, job_id, -1, 100)
                    return job, await imports.applied(session), [row.row for row in rows]
            await asyncio.sleep(0.1)


async def all_is_right(service, job_id):
    job, applied, reported = await finished(service, job_id)
    assert (job.total, job.position) == (ROWS, ROWS + 1)
    assert (job.ok, job.failed, job.skipped) == (ROWS - 10, 10, 0)
    assert applied == (ROWS - 10, 1)
    assert reported == list(range(2, ROWS + 2, 100))


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_worker_killed_at_random_moments_loses_and_doubles_nothing(service, seed):
    chance, job_id = random.Random(seed), await begin(service)
    for _ in range(2):
        process = await Process.start(service)
        await process.said("step", chance.randint(1, 6))
        await asyncio.sleep(chance.uniform(0, 0.02))
        await process.kill()
    await all_is_right(service, job_id)


async def test_a_server_killed_under_the_worker_loses_and_doubles_nothing(service, server):
    job_id = await begin(service)
    process = await Process.start(service)
    await process.said("step", 5)
    os.kill(server.pid, signal.SIGKILL)
    await until(lambda: not server.running)
    await asyncio.to_thread(server.start)
    await all_is_right(service, job_id)
    await process.kill()
