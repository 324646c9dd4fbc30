"""The real process for tests, started as `make run` starts it."""

import asyncio
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx2
from pydantic_core import to_jsonable_python
from talent_kit.embedded_postgres.server import SUPERUSER
from talent_kit.testing.platform import PlatformUnderTest

from .postgres import DATABASES

_READY = re.compile(r"http://127\.0\.0\.1:[0-9]+/")
_PATIENCE = 180.0


class Standalone(PlatformUnderTest):
    """A platform on a data folder; it may be stopped, killed and started again.

    `environment` are further settings; without `PORT` each start takes a free one. The log of all
    starts stands beside the data folder.
    """

    databases = tuple(name for name in DATABASES if name != "bus")
    forgets = True
    process: subprocess.Popen[str]
    start_seconds: float
    """How long the last start took."""
    kills = 0
    """How often `kill_at_random` killed it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self.http = httpx2.Client()
        self._environment = {"PORT": "0", "DATA_DIR": str(folder)} | environment

    @property
    def url(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def launch(self) -> None:
        """Start the process without waiting for it."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "talent_standalone"],
                env=os.environ | self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> Self:
        """Start the process and wait until it is ready; raises RuntimeError with its log."""
        began = time.monotonic()
        self.launch()
        line = self.process.stdout.readline() if self.process.stdout else ""
        found = _READY.search(line)
        if found is None:
            self.process.wait(_PATIENCE)
            raise RuntimeError(f"the platform did not start: {self.logs()}")
        self.start_seconds = time.monotonic() - began
        self.http.close()
        self.http = httpx2.Client(base_url=found.group(), timeout=30)
        return self

    @property
    def running(self) -> bool:
        return hasattr(self, "process") and self.process.poll() is None

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return exit code and log."""
        self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, self.logs()

    def stop(self) -> None:
        """Stop the process if it runs, as a service manager does."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            self.ended()
        self.http.close()

    def shift(self, clock: timedelta) -> None:
        if self.running:
            self.stop()
        self._environment["TALENT_CLOCK_SHIFT"] = to_jsonable_python(clock)
        self.start()

    @contextmanager
    def without(self, service: str) -> Iterator[None]:  # noqa: ARG002 - all are one process
        yield
        self.process.kill()
        self.process.wait()
        self.start()

    def postgres_pid(self) -> int:
        """Return the process id of the server that last came up on the data folder."""
        return int(self._pid_file()[0])

    def dsn(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self._pid_file()[4]}"

    def logs(self) -> str:
        return self.log.read_text()

    async def messages(self) -> list[str]:
        return (await self.stored("bus")).splitlines()

    def token(self, subject: str = "somebody", **claims: Any) -> str:
        """Return an access token for roles, region and employer."""
        answer = self.http.post("/dev/token", json={"subject": subject, **claims})
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def bank(self) -> httpx2.Client:
        """Return a client of the bank, as the paying service is one, through the gateway."""
        secret = (self.folder / "keys" / "bank-secret").read_text()
        return httpx2.Client(
            base_url=f"{self.url}/dev/bank",
            headers={"X-Bank-Client": secret},
            timeout=40,
        )

    def _pid_file(self) -> list[str]:
        return (self.folder / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()


async def kill_at_random(platform: Standalone, rng: random.Random, turn: asyncio.Event) -> None:
    """Kill the platform's process, or PostgreSQL under it, and start again, until cancelled.

    Kills once each time that `turn` is set, after a part of the time that the platform took to
    start: so on a busy machine, where all lasts longer, it is killed as far into its work as on a
    quiet one, and whatever sets the turn says which work that is.
    """
    number = rng.randrange(2)
    while True:
        await turn.wait()
        turn.clear()
        await asyncio.sleep(rng.uniform(0, 0.1) * platform.start_seconds)
        platform.kills += 1
        if (number := number + 1) % 2:
            os.kill(platform.postgres_pid(), signal.SIGKILL)
        else:
            platform.process.kill()
            platform.process.wait()
            await asyncio.to_thread(platform.start)


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
