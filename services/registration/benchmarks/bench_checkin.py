"""Check-in at a door, on whatever cores there are, the devices included.

`python services/registration/benchmarks/bench_checkin.py` prints JSON. Gateway, service and worker
are processes of their own, on a PostgreSQL as in production; everybody shows a code of their own.
`paced`: 400 a second through the gateway, each measured from the instant at which it was to be
sent. `full`: as many as 32 devices at once get answered. `brought`: 10,000 scans recorded without
a network, brought by four devices, 1,000 at a time. `alone`: the reference device with 20,000 in
its list, decision and disk included. `cpu_ms_each` counts making the requests in.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import uvloop
from processes import Connection, platform, seconds_taken
from talent_code import CodeClaims, KeySet, SigningKey, encode, new_number, number_digest
from talent_gate import Device, Enrolment
from talent_gate.roster import public_text
from talent_kit.held_secrets import digest
from talent_kit.identifiers import new_id
from talent_kit.keyring import load_keyring
from talent_kit.migrations import migrate
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import Issuer
from talent_kit.wakeup import asyncpg_dsn
from talent_registration.gates.service import roster_key
from talent_registration.main import MIGRATIONS

DEVICES = 32
RATE = 400
SECONDS = 10
FULL = 4_000
BROUGHT = 10_000
ALONE = 2_000
DAY = timedelta(days=1)


class Door:
    """An activity that goes on now, everybody who is expected, and the devices at its gates."""

    def __init__(self, key: SigningKey) -> None:
        self.activity, self.meeting, self.ticket = new_id(), new_id(), new_id()
        self.gates = [new_id() for _ in range(4)]
        self.secrets = [uuid4().hex for _ in range(DEVICES)]
        self._key = key

    def gate_of(self, device: int) -> UUID:
        return self.gates[device % len(self.gates)]

    async def open(self, database: asyncpg.Connection, people: int) -> list[str]:
        """Put all into the database; return everybody's numbers."""
        now = datetime.now(UTC)
        await database.execute(
            "INSERT INTO activity (id, kind, host, region, organiser, title_zh, title_en, about_zh,"
            " about_en, opens_at, closes_at, begins_at, cancel_until, regions, waiting_list,"
            " offer_minutes, refunds, status, created_at, changed_at, version) VALUES ($1, 'fair',"
            " 'other', '350700', 'bench', 'a', 'a', 'a', 'a', $2, $3, $2, $3, '{}', false, 60,"
            " '[]', 'published', $2, $2, 3)",
            self.activity,
            now - DAY,
            now + DAY,
        )
        await database.execute(
            "INSERT INTO meeting (id, activity_id, name, starts_at, ends_at, place_zh, place_en)"
            " VALUES ($1, $2, 'day', $3, $4, 'a', 'a')",
            self.meeting,
            self.activity,
            now - timedelta(hours=1),
            now + DAY,
        )
        await database.execute(
            "INSERT INTO ticket (id, activity_id, name, label_zh, label_en, quota_ids, meeting_ids,"
            " invited, price_fen) VALUES ($1, $2, 'one', 'a', 'a', '{}', $3, false, 0)",
            self.ticket,
            self.activity,
            [self.meeting],
        )
        await database.executemany(
            "INSERT INTO gate (id, activity_id, name, meeting_ids, ticket_ids, once, exits,"
            " admits_unknown, counts, early_minutes, version)"
            " VALUES ($1, $2, $3, $4, $5, true, false, true, true, 60, 1)",
            [
                (gate, self.activity, f"gate-{n}", [self.meeting], [self.ticket])
                for n, gate in enumerate(self.gates)
            ],
        )
        await database.executemany(
            "INSERT INTO gate_device (id, gate_id, label, secret_hash, enrolled_at)"
            " VALUES ($1, $2, 'tablet', $3, $4)",
            [
                (new_id(), self.gate_of(n), digest(secret), now)
                for n, secret in enumerate(self.secrets)
            ],
        )
        numbers = [new_number() for _ in range(people)]
        talents = [new_id() for _ in numbers]
        await database.copy_records_to_table(
            "talent_code",
            records=[
                (number_digest(number), talent, 1)
                for number, talent in zip(numbers, talents, strict=True)
            ],
        )
        names = ("id", "activity_id", "ticket_id", "talent_id", "status", "registered_at")
        await database.copy_records_to_table(
            "registration",
            columns=(*names, "changed_at", "version"),
            records=[
                (new_id(), self.activity, self.ticket, talent, "confirmed", now, now, 1)
                for talent in talents
            ],
        )
        await database.execute("VACUUM ANALYZE")
        return numbers

    def code(self, number: str, at: datetime | None = None) -> str:
        """Return what somebody shows; a static code, so that the run may take its time."""
        issued = at or datetime.now(UTC)
        claims = CodeClaims.static(
            issuer=self._key.issuer,
            number=number,
            serial=1,
            issued_at=issued - timedelta(hours=1),
            last_day=issued.date() + DAY,
        )
        return encode(claims, self._key)

    def request(self, device: int, path: str, body: Any) -> bytes:
        content = json.dumps(body)
        return (
            f"PUT /v1/activities/{self.activity}/gates/{self.gate_of(device)}/{path} HTTP/1.1\r\n"
            f"Host: bench\r\nGate-Key: {self.secrets[device]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}"
        ).encode()

    def scan(self, number: int, shown: str) -> bytes:
        return self.request(number % DEVICES, f"scans/{uuid4()}", {"payload": shown})


class Network(httpx2.HTTPTransport):
    """A device's network, which goes."""

    up = True

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if not self.up:
            raise httpx2.ConnectError("no network")
        return super().handle_request(request)


async def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(durable_postgres(folder / "postgres"))
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        await migrate(url, MIGRATIONS)
        now = datetime.now(UTC)
        key = SigningKey.generate("TC-BENCH", now - DAY, now + DAY)
        published = folder / "code-keys.json"
        published.write_text(KeySet([key.verifying_key]).to_json())
        os.environ["REGISTRATION_CODE_ISSUER"] = key.issuer
        os.environ["REGISTRATION_CODE_KEYS_URL"] = published.as_uri()
        port, names = stack.enter_context(platform(folder, url, bus_url, Issuer(folder)))
        database = await asyncpg.connect(asyncpg_dsn(url))
        door = Door(key)
        paced = RATE * SECONDS
        numbers = await door.open(database, paced + FULL + BROUGHT + ALONE)
        figures: dict[str, Any] = {}
        for part, run in (
            (numbers[:paced], _paced),
            (numbers[paced : paced + FULL], _full),
            (numbers[paced + FULL : -ALONE], _brought),
        ):
            before = seconds_taken(names) | {"devices": time.process_time()}
            found = await run(port, door, part)
            after = seconds_taken(names) | {"devices": time.process_time()}
            each = {name: (after[name] - before[name]) / len(part) * 1000 for name in after}
            each["all"] = sum(each.values())
            cpu = {name: round(spent, 2) for name, spent in each.items()}
            figures[run.__name__.strip("_")] = found | {"cpu_ms_each": cpu}
        told = await database.fetchval("SELECT count(*) FROM attendance")
        figures["attendance"] = {"told": told, "missing": len(numbers) - ALONE - told}
        figures["alone"] = await asyncio.to_thread(_alone, folder, port, door, numbers[-ALONE:])
        await database.close()
    sys.stdout.write(json.dumps(figures) + "\n")


async def _paced(port: int, door: Door, numbers: list[str]) -> dict[str, Any]:
    requests = [door.scan(n, door.code(number)) for n, number in enumerate(numbers)]
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(DEVICES):
        idle.put_nowait(await Connection.open(port))
    statuses: Counter[int] = Counter()
    times: list[float] = []
    begun = time.perf_counter() + 0.5

    async def one(number: int, request: bytes) -> None:
        due = begun + number / RATE
        await asyncio.sleep(due - time.perf_counter())
        connection = await idle.get()
        statuses[await connection.ask(request)] += 1
        times.append(time.perf_counter() - due)
        idle.put_nowait(connection)

    await asyncio.gather(*(one(number, request) for number, request in enumerate(requests)))
    while not idle.empty():
        idle.get_nowait().close()
    return {"a_second": RATE, "answers": _answers(statuses)} | _times(times)


async def _full(port: int, door: Door, numbers: list[str]) -> dict[str, Any]:
    requests = iter([door.scan(n, door.code(number)) for n, number in enumerate(numbers)])
    statuses: Counter[int] = Counter()
    times: list[float] = []

    async def device() -> None:
        connection = await Connection.open(port)
        for request in requests:
            begun = time.perf_counter()
            statuses[await connection.ask(request)] += 1
            times.append(time.perf_counter() - begun)
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(device() for _ in range(DEVICES)))
    took = time.perf_counter() - begun
    return {"a_second": round(len(numbers) / took), "answers": _answers(statuses)} | _times(times)


async def _brought(port: int, door: Door, numbers: list[str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    batches: list[list[bytes]] = [[] for _ in range(4)]
    for number, start in enumerate(range(0, len(numbers), 1_000)):
        scans = [
            {"scan_id": str(uuid4()), "at": now.isoformat(), "admitted": True}
            | {"payload": door.code(each, now)}
            for each in numbers[start : start + 1_000]
        ]
        body = {"sent_at": now.isoformat(), "scans": scans}
        batches[number % 4].append(door.request(number % 4, f"scan-batches/{uuid4()}", body))
    statuses: Counter[int] = Counter()

    async def device(requests: list[bytes]) -> None:
        connection = await Connection.open(port)
        for request in requests:
            statuses[await connection.ask(request)] += 1
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(device(requests) for requests in batches))
    took = time.perf_counter() - begun
    return {"scans": len(numbers), "seconds": round(took, 2), "answers": _answers(statuses)}


def _alone(folder: Path, port: int, door: Door, numbers: list[str]) -> dict[str, Any]:
    key = public_text(roster_key(load_keyring(folder / "keys.json")))
    url = f"http://127.0.0.1:{port}"
    enrolment = Enrolment(url, door.activity, door.gates[0], door.secrets[0], key)
    network = Network()
    device = Device(folder / "device", enrolment, transport=network)
    begun = time.perf_counter()
    device.step()
    fetched = time.perf_counter() - begun
    network.up = False
    times = []
    codes = [door.code(number) for number in numbers]
    for code in codes:
        begun = time.perf_counter()
        device.scan(code)
        times.append(time.perf_counter() - begun)
    device.close()
    return {"roster_seconds": round(fetched, 2), "scans": len(times)} | _times(times)


def _answers(statuses: Counter[int]) -> dict[str, int]:
    return {str(status): count for status, count in sorted(statuses.items())}


def _times(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=100)
    return {f"p{percent}_ms": round(cuts[percent - 1] * 1000, 2) for percent in (50, 95, 99)}


if __name__ == "__main__":
    uvloop.run(main())
