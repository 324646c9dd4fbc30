"""Many who want a seat at once, through the gateway, on whatever cores there are, callers included.

`python services/registration/benchmarks/bench_flood.py [--seats 5000]` prints JSON. Gateway,
service and worker are processes of their own, on a PostgreSQL as in production. Everybody has a
token of their own, which nobody has seen before. First a flood: more callers than seats, each on
one of 64 connections as soon as one is free. Then 600 a second, each measured from the instant at
which it was to be sent. Beside it, in the same run, an UPDATE of one guarded row for each seat.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any, cast
from urllib.request import urlopen
from uuid import UUID

import asyncpg
import uvloop
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import ISSUER, Issuer
from talent_kit.wakeup import asyncpg_dsn
from talent_registration.main import MIGRATIONS

CONNECTIONS = 64
RATE = 600
SECONDS = 8


async def main(seats: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(durable_postgres(folder / "postgres"))
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        await migrate(url, MIGRATIONS)
        issuer = Issuer(folder)
        port = stack.enter_context(_platform(folder, url, bus_url, issuer))
        database = await asyncpg.connect(asyncpg_dsn(url))
        steady = RATE * SECONDS
        callers = await _callers(database, issuer, seats * 6 // 5 + steady)
        flood = await _flood(database, port, callers[:-steady], seats)
        paced = await _paced(database, port, callers[-steady:])
        plain = await _plain(asyncpg_dsn(url), database)
        await database.close()
    share = {"share_of_plain_updates": round(flood["seats_per_second"] / plain, 2)}
    figures = {"flood": flood | share, "paced": paced, "plain_updates_per_second": round(plain)}
    sys.stdout.write(json.dumps(figures) + "\n")


@contextmanager
def _platform(folder: Path, url: str, bus_url: str, issuer: Issuer) -> Iterator[int]:
    """Start gateway, service and worker; yield the gateway's port."""
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
    upstreams = dict.fromkeys(("identity", "policy", "registration"), upstream)
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
        yield ports[0]
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


async def _callers(database: asyncpg.Connection, issuer: Issuer, count: int) -> list[str]:
    """Put talents where identity's events would have put them; return their tokens."""
    rows = [(new_id(), f"caller-{number}", "350702", 1) for number in range(count)]
    await database.copy_records_to_table("person", records=rows)
    return [issuer.token(row[1], Role.TALENT) for row in rows]


async def _activity(database: asyncpg.Connection, seats: int) -> tuple[UUID, UUID]:
    """Put an activity there that is open; return its id and that of its ticket."""
    now = datetime.now(UTC)
    activity, meeting, quota, ticket = (new_id() for _ in range(4))
    day = timedelta(days=1)
    await database.execute(
        "INSERT INTO activity VALUES ($1, 'fair', '350700', 'bench', 'a', 'a', 'a', 'a', $2, $3, "
        "$4, $4, '{}', false, 60, 'published', $2, $2, 3)",
        activity,
        now - day,
        now + day,
        now + 2 * day,
    )
    await database.execute(
        "INSERT INTO meeting VALUES ($1, $2, 'day', $3, $4, 'a', 'a')",
        meeting,
        activity,
        now + 2 * day,
        now + 3 * day,
    )
    await database.execute(
        "INSERT INTO quota VALUES ($1, $2, 'hall', 'a', 'a', $3, 0)", quota, activity, seats
    )
    await database.execute(
        "INSERT INTO ticket VALUES ($1, $2, 'one', 'a', 'a', $3, $4)",
        ticket,
        activity,
        [quota],
        [meeting],
    )
    return activity, ticket


async def _flood(
    database: asyncpg.Connection, port: int, tokens: list[str], seats: int
) -> dict[str, Any]:
    activity, ticket = await _activity(database, seats)
    requests = iter([_request(token, activity, ticket) for token in tokens])
    statuses: Counter[int] = Counter()
    times: list[float] = []

    async def caller() -> None:
        connection = await Connection.open(port)
        for request in requests:
            begun = time.perf_counter()
            status = await connection.ask(request)
            times.append(time.perf_counter() - begun)
            statuses[status] += 1
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
    took = time.perf_counter() - begun
    stored = await database.fetchval(
        "SELECT count(*) FROM registration WHERE activity_id = $1", activity
    )
    return {
        "callers": len(tokens),
        "answers": {str(status): count for status, count in sorted(statuses.items())},
        "oversold": max(0, stored - seats),
        "undersold": max(0, seats - stored),
        "seats_per_second": round(seats / took),
        "answers_per_second": round(len(tokens) / took),
    } | _times(times)


async def _paced(database: asyncpg.Connection, port: int, tokens: list[str]) -> dict[str, Any]:
    activity, ticket = await _activity(database, len(tokens))
    free = [await Connection.open(port) for _ in range(CONNECTIONS)]
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in free:
        idle.put_nowait(connection)
    statuses: Counter[int] = Counter()
    times: list[float] = []
    begun = time.perf_counter()

    async def one(number: int, token: str) -> None:
        due = begun + number / RATE
        await asyncio.sleep(due - time.perf_counter())
        connection = await idle.get()
        statuses[await connection.ask(_request(token, activity, ticket))] += 1
        times.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    await asyncio.gather(*(one(number, token) for number, token in enumerate(tokens)))
    for connection in free:
        connection.close()
    answers = {str(status): count for status, count in sorted(statuses.items())}
    return {"a_second": RATE, "answers": answers} | _times(times)


def _times(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 1), "p99_ms": round(cuts[98] * 1000, 1)}


async def _plain(dsn: str, database: asyncpg.Connection) -> float:
    """Return how many seats a second an UPDATE of one guarded row for each takes, 8 at a time."""
    activity, _ = await _activity(database, 1_000_000)
    statement = "UPDATE quota SET taken = taken + 1 WHERE activity_id = $1 AND taken < capacity"
    pool = await asyncpg.create_pool(dsn, min_size=8, max_size=8)
    until = time.perf_counter() + 3

    async def repeat() -> int:
        done = 0
        async with pool.acquire() as connection:
            while time.perf_counter() < until:
                await connection.execute(statement, activity)
                done += 1
        return done

    done = sum(await asyncio.gather(*(repeat() for _ in range(8))))
    await pool.close()
    return done / 3


def _request(token: str, activity: UUID, ticket: UUID) -> bytes:
    body = json.dumps({"ticket_id": str(ticket)})
    return (
        f"PUT /v1/activities/{activity}/registrations/me HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seats", type=int, default=5_000)
    uvloop.run(main(parser.parse_args().seats))
