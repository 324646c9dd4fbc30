"""Every service's commands, as the processes that a service manager starts and stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import httpx2
import pytest
from kit_sample.main import SampleSettings, commands
from talent_kit.testing.services import fresh_key
from talent_kit.wakeup import asyncpg_dsn
from waiting import until


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Process:
    """One command of the sample on an environment; its log is JSON."""

    def __init__(self, folder, command, **settings):
        self.log = folder / f"{command}.log"
        self.port = free_port()
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=5)
        given = {f"SAMPLE_{name.upper()}": value for name, value in settings.items()}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kit_sample", command],
                cwd=Path(__file__).parent,
                env=os.environ | {"SAMPLE_PORT": str(self.port)} | given,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def answers(self, path):
        try:
            return self.http.get(path).status_code
        except httpx2.TransportError:
            return None

    def await_answer(self, path, status=200):
        deadline = time.monotonic() + 30
        while self.answers(path) != status:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def ended(self):
        self.http.close()
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.ended()[0]


@pytest.fixture
def start(tmp_path, sample):
    """Start a command on the sample's database; what still runs is killed in the end."""
    settings = sample.service.settings
    given = {
        "environment": "development",
        "database_url": settings.database_url.get_secret_value(),
        "bus_url": settings.bus_url.get_secret_value(),
        "keys_file": str(settings.keys_file),
        "blobs_url": settings.blobs_url,
        "issuer": settings.issuer,
        "jwks_url": settings.jwks_url,
    }
    started = []

    def start(command, **changed):
        started.append(Process(tmp_path, command, **given | changed))
        return started[-1]

    yield start
    for process in started:
        process.process.kill()
        process.ended()


def test_serve_answers_and_ends_by_a_signal(start):
    server = start("serve")
    server.await_answer("/health/ready")
    assert server.answers("/health/live") == 200
    assert server.stop() == 0
    for line in server.log.read_text().splitlines():
        assert {"at", "level", "message"} <= json.loads(line).keys()


async def test_work_relays_what_was_saved_and_serves_its_health_alone(start, sample, talent):
    worker = start("work")
    worker.await_answer("/health/ready")
    assert worker.answers("/v1/notes") == 404
    made = await sample.client.post("/v1/notes", json={"text": "x"}, headers=talent | fresh_key())
    assert made.status_code == 201
    connection = await asyncpg.connect(
        asyncpg_dsn(sample.service.settings.database_url.get_secret_value())
    )
    await until(lambda: _relayed(connection))
    await connection.close()
    assert worker.stop() == 0


async def _relayed(connection):
    return await connection.fetchval("SELECT count(*) FROM outbox") == 0


async def test_work_waits_for_the_schema_and_stops_all_the_same(start, databases):
    url = await databases.create()
    worker = start("work", database_url=url)
    worker.await_answer("/health/live")
    assert worker.answers("/health/ready") == 503
    migration = start("migrate", database_url=url)
    assert migration.ended()[0] == 0
    worker.await_answer("/health/ready")
    assert worker.stop() == 0
    await databases.drop(url)


async def test_audit_and_parked_messages_are_looked_at(sample, capsys):
    known = commands(lambda: sample.service.settings)
    assert await known.run(["verify-audit"]) == 0
    assert await known.run(["replay-parked"]) == 0
    assert capsys.readouterr().out == "every seal holds\nreplayed 0, remaining 0\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"database_pool": 0}, "SampleSettings are not valid: database_pool"),
        ({"keys_file": "/nowhere/keys.json"}, "cannot read the key ring keys.json"),
        ({"host": "203.0.113.1"}, "cannot listen on port"),
    ],
)
def test_what_does_not_allow_a_start_is_said(standing, changed, said, capsys):
    given = standing.service.settings.model_dump() | changed
    assert commands(lambda: SampleSettings(**given)).main(["serve"]) == 2
    assert said in capsys.readouterr().err


def test_a_taken_port_is_said(standing, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = standing.service.settings.model_dump() | {"port": taken.getsockname()[1]}
        assert commands(lambda: SampleSettings(**given)).main(["serve"]) == 2
    assert "is taken" in capsys.readouterr().err
