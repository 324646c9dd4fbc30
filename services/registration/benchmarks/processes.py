"""The platform for a benchmark: processes as in production, connections to them, their CPU time."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.request import urlopen

from talent_gateway.routes import ROUTES
from talent_kit.keyring import create_keyring
from talent_kit.testing.services import ISSUER, Issuer


@contextmanager
def platform(
    folder: Path, url: str, bus_url: str, issuer: Issuer
) -> Iterator[tuple[int, dict[int, str]]]:
    """Start gateway, service and worker; yield the gateway's port, and who is which process."""
    create_keyring(folder / "keys.json")
    ports = [_unused_port() for _ in range(3)]
    trusted = {"ISSUER": ISSUER, "JWKS_URL": issuer.jwks_url, "LOG_LEVEL": "ERROR"}
    own = trusted | {
        "DATABASE_URL": url,
        "BUS_URL": bus_url,
        "KEYS_FILE": str(folder / "keys.json"),
        "BLOBS_URL": (folder / "blobs").as_uri(),
        "ENVIRONMENT": "development",
        "TRACE_SAMPLE": "0",
    }
    upstream = f"http://127.0.0.1:{ports[1]}"
    upstreams = dict.fromkeys(ROUTES.values(), upstream)
    edge = trusted | {"UPSTREAMS": json.dumps(upstreams), "TRACE_SAMPLE": "0", "RATE": "100000"}
    started = [
        ("talent_gateway", "serve", "GATEWAY", edge | {"PORT": str(ports[0])}),
        ("talent_registration", "serve", "REGISTRATION", own | {"PORT": str(ports[1])}),
        ("talent_registration", "work", "REGISTRATION", own | {"PORT": str(ports[2])}),
    ]
    processes = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", package, command],
            env=os.environ | {f"{prefix}_{name}": value for name, value in given.items()},
        )
        for package, command, prefix, given in started
    ]
    try:
        for port in ports:
            _wait(port)
        names = ("gateway", "service", "worker")
        yield ports[0], {each.pid: name for each, name in zip(processes, names, strict=True)}
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing serves on {port}")


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def seconds_taken(names: Mapping[int, str]) -> dict[str, float]:
    """Return the CPU seconds that each process of ours has taken, with what it started.

    What has no name is PostgreSQL.
    """
    taken: dict[str, float] = {}
    for child in _children(os.getpid()):
        name = names.get(child, "postgresql")
        taken[name] = taken.get(name, 0.0) + _seconds(child)
    return taken


def _seconds(pid: int) -> float:
    """Return the CPU time of a process, of those it started, and of those of these that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(_seconds, _children(pid)))


def _children(pid: int) -> list[int]:
    found = [each.read_text().split() for each in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for some in found for child in some]


class Connection(asyncio.Protocol):
    """One that is kept, with one request at a time: cheaper than what it measures."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[int]
        self._read = b""

    @classmethod
    async def open(cls, port: int) -> "Connection":
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(cls, "127.0.0.1", port)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> int:
        """Send a request; return the status of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._read = b""
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, ended, body = self._read.partition(b"\r\n\r\n")
        if not ended:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) >= int(length):
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, _: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(ConnectionError("closed"))

    def close(self) -> None:
        self._transport.close()
