"""The real process, started as `make run` starts it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

START_SECONDS = 60


class Standalone:
    """One platform on a data folder; it may be stopped, killed and started again."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.log = data.with_suffix(".log")
        self._environment = environment
        self.process: subprocess.Popen[str] | None = None
        self.http = httpx2.Client()

    def launch(self, **environment: str) -> subprocess.Popen[str]:
        """Start the process without waiting for it."""
        settings = {"PORT": "0", "DATA_DIR": str(self.data)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "talent_standalone"],
            env=os.environ | settings | self._environment | environment,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            text=True,
        )
        return self.process

    def start(self) -> "Standalone":
        """Start the process and wait for its line."""
        process = self.launch()
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+/", line)
        if found is None:
            process.wait(START_SECONDS)
            raise AssertionError(f"the platform did not start: {self.log.read_text()}")
        self.http = httpx2.Client(base_url=found.group(), timeout=30)
        return self

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 30) -> tuple[int, str]:
        """Wait for the end; return exit code and log."""
        self.process.communicate(timeout=seconds)
        return self.process.returncode, self.log.read_text()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=30)
        self.http.close()

    def postgres_pid(self) -> int:
        return int((self.data / "postgres/cluster/postmaster.pid").read_text().split()[0])

    def token(self, subject: str = "somebody", **claims) -> str:
        answer = self.http.post("/dev/token", json={"subject": subject, **claims})
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def figures(self, token: str) -> httpx2.Response:
        """Ask something of a service that needs its database and a token."""
        return self.http.get(
            "/v1/operations/identity/events", headers={"Authorization": f"Bearer {token}"}
        )

    def bank(self) -> httpx2.Client:
        """Return a client of the bank, as the paying service is one, through the gateway."""
        secret = (self.data / "keys/bank-secret").read_text()
        return httpx2.Client(
            base_url=f"{self.http.base_url}dev/bank",
            headers={"X-Bank-Client": secret},
            timeout=40,
        )


def eventually(holds, seconds: float = 20) -> None:
    """Wait until something holds; fail if it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """One platform for the tests that leave it running."""
    started = Standalone(tmp_path_factory.mktemp("platform") / "data").start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def victim_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    made = Standalone(tmp_path_factory.mktemp("victim") / "data", TALENT_GRACE_SECONDS="10")
    yield made
    made.stop()


@pytest.fixture
def victim(victim_data: Standalone) -> Standalone:
    """A running platform to stop and kill; its data stay from test to test."""
    if victim_data.process is None or victim_data.process.poll() is not None:
        victim_data.start()
    with victim_data.bank() as bank:
        bank.put("/behaviour", json={})
    return victim_data
