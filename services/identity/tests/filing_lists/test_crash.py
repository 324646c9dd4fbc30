"""Killed in the middle of a list, at any moment: nobody is lost, nobody is filed twice."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from datetime import date
from pathlib import Path

import pytest
from talent_identity.code_keys import create_code_keys
from talent_identity.main import MIGRATIONS, create_service
from talent_identity.settings import IdentitySettings
from talent_identity.worker import create_worker
from talent_kit.clock import SystemClock
from talent_kit.identifiers import new_id
from talent_kit.jobs import records
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.testing.faults import SEEDS
from talent_kit.testing.postgres import durable_postgres

from ..factories import credit_code, filing_list, filing_row, resident_number

pytestmark = pytest.mark.crash

ROWS = 2_000
COUNTS = """
SELECT (SELECT count(*) FROM talent), (SELECT count(DISTINCT talent_id) FROM document),
       (SELECT count(*) FROM employer), (SELECT count(*) FROM employment WHERE version = 1),
       (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit WHERE action LIKE '%.filed')
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with durable_postgres(tmp_path_factory.mktemp("filing")) as server:
        yield server


@pytest.fixture
async def service(server, tmp_path):
    name = f"filing_{new_id().hex}"
    await server.ensure_database(name)
    await migrate(server.url(name), MIGRATIONS)
    create_keyring(tmp_path / "keys.json")
    create_code_keys(tmp_path / "code-keys.json", issuer="350700", at=SystemClock().now())
    service = create_service(
        IdentitySettings(
            database_url=server.url(name),
            bus_url=server.url(name),
            keys_file=tmp_path / "keys.json",
            code_keys_file=tmp_path / "code-keys.json",
            issuer="https://issuer.test",
            jwks_url="file:///none",
            blobs_url=(tmp_path / "blobs").as_uri(),
            job_lease_seconds=0.6,
        )
    )
    yield service
    await service.close()


async def begin(service):
    """Send a list of two thousand people at four employers; one row in a hundred is bad."""
    codes = [credit_code() for _ in range(4)]
    rows = [
        filing_row(
            document_number=resident_number(date(1970 + n // 500, 3, 1), sequence=n % 500),
            credit_code=codes[n % 4],
            name="林小溪" if n % 100 else "1",
        )
        for n in range(ROWS)
    ]

    async def pieces():
        yield filing_list(*rows)

    file = await service.blobs.arrive(
        "filing-list", "office", pieces(), accepts={"text/csv"}, most=1 << 22
    )
    async with service.database.transaction() as session:
        await service.blobs.keep(session, file)
        return await records.queue(
            session,
            service.clock,
            kind="filing-list",
            region="350700",
            made_by="office",
            file=file,
            params={"office": "350700"},
        )


SECRETS = ("database_url", "bus_url", "s3_access_key", "s3_secret_key")


async def started(service):
    plain = service.settings.model_dump(mode="json") | {
        name: getattr(service.settings, name).get_secret_value() for name in SECRETS
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
    return process


async def kill_at_step(process, step, later):
    async with asyncio.timeout(60):
        while step:
            line = await process.stdout.readline()
            if not line:
                break  # the list was done before its turn
            step -= line == b"step\n"
    await asyncio.sleep(later)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    await process.wait()


async def finished(service, job_id):
    worker = create_worker(service)
    async with asyncio.timeout(60):
        while True:
            await worker.jobs.step()
            async with service.database.transaction() as session:
                job = await records.find(session, "filing-list", job_id)
            if job.status == "finished":
                return job
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_random_moments_it_loses_and_doubles_nobody(service, seed):
    chance, job_id = random.Random(seed), await begin(service)
    for _ in range(2):
        await kill_at_step(await started(service), chance.randint(1, 2), chance.uniform(0, 0.15))
    job = await finished(service, job_id)
    good = ROWS - ROWS // 100
    assert (job.total, job.ok, job.failed, job.skipped) == (ROWS, good, ROWS // 100, 0)
    async with service.database.engine.connect() as connection:
        counts = (await connection.exec_driver_sql(COUNTS)).one()
    things = 2 * good + 4
    assert tuple(counts) == (good, good, 4, good, things, things)
