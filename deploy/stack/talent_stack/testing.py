"""A whole stack for tests, driven by the commands that operators use."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx2
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from pydantic_core import to_jsonable_python
from talent_kit.embedded_postgres.server import SUPERUSER
from talent_kit.testing.platform import PlatformUnderTest

from .folder import StackFolder
from .postgres import HOST
from .processes import Processes, Program
from .provisioning import client_settings
from .services import BUS_USERS, DATABASES, Part
from .settings import StackSettings
from .stack import NAMES, Stack

_PATIENCE = 900.0
"""Seconds for one command; the very first start fetches and builds."""
_SERVING = 120.0
_GRACE = 30.0
_TIMED = frozenset({"bank", *BUS_USERS})
"""Whose clock may be moved."""


def _serves(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def stop_still(pid: int) -> None:
    """Stop every thread of a process; on a busy machine a thread may run on for a while."""
    os.kill(pid, signal.SIGSTOP)
    tasks = Path(f"/proc/{pid}/task")
    while any(_state(task) != "T" for task in tasks.iterdir()):
        time.sleep(0.01)


def _service(part: Part) -> str:
    """Return of which service a process is."""
    return part.name.removesuffix("-worker")


def _state(task: Path) -> str:
    return (task / "stat").read_text().rpartition(")")[2].split()[0]


class StackUnderTest(PlatformUnderTest):
    """A stack on a folder of its own, with free ports; its processes may be killed."""

    databases = DATABASES
    forgets = False

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.processes = Processes(folder)
        self.settings = StackSettings(dir=folder, gateway_port=0, **settings)
        self.stack = Stack(self.settings, say=print)
        self._starting = threading.Lock()
        self._ended = False
        self._environment = os.environ | {
            "STACK_DIR": str(folder),
            "PORT": "0",
            **{
                f"STACK_{name.upper()}": str(to_jsonable_python(value))
                for name, value in settings.items()
            },
        }

    @classmethod
    @contextmanager
    def running(cls, folder: Path, **settings: Any) -> Iterator[Self]:
        """Start one for a block, after which it is down."""
        stack = cls(folder, **settings)
        try:
            stack.up()
            yield stack
        finally:
            # A test that failed may have left a thread behind that would still start something.
            with stack._starting:
                stack._ended = True
                stack.run("down")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of the stack's commands to its end."""
        return self._run("talent_stack", *command)

    def up(self) -> float:
        """Start what does not run; return how many seconds it took, raise what it said else."""
        began = time.monotonic()
        with self._may_start():
            done = self.run("up")
        if done.returncode != 0:
            raise RuntimeError(f"{done.stdout}\n{done.stderr}")
        return time.monotonic() - began

    def demo(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Play the demo against it."""
        return self._run("talent_demo", *arguments)

    def pids(self) -> dict[str, int | None]:
        """Return the process ids of all parts; None for what does not run."""
        return {name: self.processes.pid(name) for name in NAMES}

    def port(self, name: str) -> int:
        return StackFolder(self.settings).port(name)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port('gateway')}"

    def dsn(self, database: str) -> str:
        password = self.stack.folder.secret("postgres")
        return f"postgresql://{SUPERUSER}:{password}@{HOST}:{self.port('postgres')}/{database}"

    def logs(self) -> str:
        logs = sorted((self.folder / "logs").iterdir())
        return "\n".join(log.read_text("utf-8", "replace") for log in logs)

    async def messages(self) -> list[str]:
        return await asyncio.to_thread(self._messages)

    def part(self, name: str) -> Part:
        """Return what one of our own processes is started with."""
        [part] = [one for one in self.stack.services.parts() if one.name == name]
        return part

    def join(self, name: str) -> str:
        """Start a second process of a part, on another port; return its name here."""
        second, part = f"{name}-second", self.part(name)
        port = StackFolder(self.settings).port(second)
        variable = f"{name.partition('-')[0].upper()}_PORT"
        environment = part.environment | {variable: str(port)}
        self.start(replace(part, name=second, port=port, environment=environment))
        return second

    def shift(self, clock: timedelta) -> None:
        self._environment["STACK_CLOCK_SHIFT"] = to_jsonable_python(clock)
        self.settings = self.settings.model_copy(update={"clock_shift": clock})
        self.stack = Stack(self.settings, say=print)
        moved = [part for part in self.stack.services.parts() if _service(part) in _TIMED]
        with ThreadPoolExecutor(len(moved)) as all_at_once:
            list(all_at_once.map(self._restart, moved))

    @contextmanager
    def without(self, service: str) -> Iterator[None]:
        parts = [part for part in self.stack.services.parts() if _service(part) == service]
        self.kill(*(part.name for part in parts))
        yield
        for part in parts:
            self.start(part)

    @contextmanager
    def _may_start(self) -> Iterator[None]:
        with self._starting:
            if self._ended:
                raise RuntimeError("this stack has ended")
            yield

    def _restart(self, part: Part) -> None:
        self.processes.stop(part.name, _GRACE)
        self.start(part)

    def start(self, part: Part, program: Program | None = None) -> None:
        """Start one of our own processes, or another program as it, and wait until it serves."""
        with self._may_start():
            self.processes.start(part.name, program or part.program)
        end = time.monotonic() + _SERVING
        while not _serves(part.ready_url):
            if time.monotonic() > end:
                raise TimeoutError(f"{part.name} does not serve: {self.processes.said(part.name)}")
            time.sleep(0.1)

    def kill(self, *names: str) -> None:
        """End parts as a power cut would, and wait until they are gone."""
        for name in names:
            pid = self.processes.pid(name)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 30
        while any(self.processes.pid(name) for name in names):
            if time.monotonic() > end:
                raise TimeoutError(f"{names} do not end")
            time.sleep(0.05)

    def _messages(self) -> list[str]:
        reader = Consumer(
            client_settings(self.stack.kafka.servers, self.stack.folder.secret("kafka"))
            | {"group.id": "search", "enable.auto.commit": False, "enable.partition.eof": True}
        )
        try:
            topics = reader.list_topics(timeout=_SERVING).topics.values()
            places = [
                TopicPartition(topic.topic, number, OFFSET_BEGINNING)
                for topic in topics
                if not topic.topic.startswith("__")
                for number in topic.partitions
            ]
            reader.assign(places)
            found, unread = [], len(places)
            while unread:
                message = reader.poll(_SERVING)
                if message is None:
                    raise TimeoutError("Kafka does not tell what stands on its topics")
                error = message.error()
                if error is None:
                    found.append(f"{message.key().decode()} {message.value().decode()}")
                elif error.code() == KafkaError._PARTITION_EOF:
                    unread -= 1
                else:
                    raise KafkaException(error)
            return found
        finally:
            reader.close()

    def _run(self, package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = self._environment
        if package == "talent_demo":
            environment = environment | {"BASE_URL": self.url}
        return subprocess.run(
            [sys.executable, "-m", package, *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env=environment,
        )
