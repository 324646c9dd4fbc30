"""Many who want a seat at once, through the gateway, on whatever cores there are, callers included.

`python services/registration/benchmarks/bench_flood.py [--seats 5000] [--callers 50000]` prints
JSON. Gateway, service, worker, callers (`callers.py`) and a PostgreSQL as in production are
processes of their own. Everybody has a token of their own, signed RS256 as Keycloak's are, made
beforehand, and seen by nobody. First a flood: more callers than seats, each on one of 512
connections as soon as one is free. Then 600 a second, each measured from the instant at which it
was to be sent. Both say what CPU time each process took for an answer. Beside it, in the same run,
an UPDATE of one guarded row for each seat, and the draw of a waiting room in which everybody is.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from processes import platform, seconds_taken
from talent_kit.auth import Role
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.migrations import migrate
from talent_kit.testing.postgres import Databases, durable_postgres
from talent_kit.testing.services import Issuer
from talent_kit.wakeup import asyncpg_dsn
from talent_registration.main import MIGRATIONS
from talent_registration.models import Activity
from talent_registration.waiting_rooms import repository as waiting_rooms

CALLERS = Path(__file__).with_name("callers.py")
CONNECTIONS = 512
RATE = 600
SECONDS = 8


async def main(seats: int, callers: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        issuer = Issuer(folder, "RS256")
        count = callers + RATE * SECONDS
        tokens = [issuer.token(_login(number), Role.TALENT) for number in range(count)]
        postgres = stack.enter_context(durable_postgres(folder / "postgres"))
        databases = Databases(postgres)
        url, bus_url = await databases.create(), await databases.create()
        await migrate(url, MIGRATIONS)
        bench = Bench(folder, *stack.enter_context(platform(folder, url, bus_url, issuer)))
        database = await asyncpg.connect(asyncpg_dsn(url))
        persons = [(new_id(), _login(number), "350702", 1) for number in range(count)]
        await database.copy_records_to_table("person", records=persons)
        flood = await bench.flood(database, tokens[:callers], seats)
        paced = await bench.paced(database, tokens[callers:])
        room = await _room(url, database)
        plain = await _plain(asyncpg_dsn(url), database)
        await database.close()
    share = {"share_of_plain_updates": round(flood["seats_per_second"] / plain, 2)}
    figures = {
        "flood": flood | share,
        "paced": paced,
        "room": room,
        "plain_updates_per_second": round(plain),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


class Bench:
    """Sends floods to a gateway, and measures what they take of each process."""

    def __init__(self, folder: Path, port: int, names: Mapping[int, str]) -> None:
        self._file = folder / "callers.json"
        self._port = port
        self._names = names

    async def flood(
        self, database: asyncpg.Connection, tokens: list[str], seats: int
    ) -> dict[str, Any]:
        """Send them all as fast as they are answered."""
        activity, ticket = await _activity(database, seats)
        found = await self._send(tokens, activity, ticket)
        stored = await database.fetchval(
            "SELECT count(*) FROM registration WHERE activity_id = $1", activity
        )
        taken = await database.fetchval("SELECT taken FROM quota WHERE activity_id = $1", activity)
        return {
            "seats": seats,
            "callers": len(tokens),
            "unanswered": len(tokens) - sum(found["answers"].values()),
            "oversold": max(0, stored - seats, taken - seats),
            "undersold": max(0, seats - stored),
            "confirmed_without_a_seat": found["answers"].get("confirmed", 0) - stored,
            "seats_per_second": round(seats / found.pop("last_seat")),
            "answers_per_second": round(len(tokens) / found.pop("seconds")),
        } | found

    async def paced(self, database: asyncpg.Connection, tokens: list[str]) -> dict[str, Any]:
        """Send so many a second."""
        activity, ticket = await _activity(database, len(tokens))
        found = await self._send(tokens, activity, ticket, RATE)
        del found["last_seat"], found["seconds"]
        return {"a_second": RATE} | found

    async def _send(
        self, tokens: list[str], activity: UUID, ticket: UUID, rate: float | None = None
    ) -> dict[str, Any]:
        given = {
            "port": self._port,
            "path": f"/v1/activities/{activity}/registrations/me",
            "body": {"ticket_id": str(ticket)},
            "tokens": tokens,
            "rate": rate,
            "connections": CONNECTIONS,
        }
        self._file.write_text(json.dumps(given))
        before = seconds_taken(self._names)
        process = await asyncio.create_subprocess_exec(
            sys.executable, CALLERS, self._file, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError("the callers failed")
        after = seconds_taken(self._names)
        found: dict[str, Any] = json.loads(said)
        spent = {name: after[name] - before[name] for name in after} | {"callers": found.pop("cpu")}
        each = {name: round(seconds / len(tokens) * 1000, 3) for name, seconds in spent.items()}
        return found | {"cpu_ms_each": each | {"all": round(sum(each.values()), 3)}}


def _login(number: int) -> str:
    return f"caller-{number}"


async def _activity(database: asyncpg.Connection, seats: int) -> tuple[UUID, UUID]:
    """Put an activity there that is open; return its id and that of its ticket."""
    now = datetime.now(UTC)
    activity, meeting, quota, ticket = (new_id() for _ in range(4))
    day = timedelta(days=1)
    await database.execute(
        "INSERT INTO activity (id, kind, host, region, organiser, title_zh, title_en, about_zh,"
        " about_en, opens_at, closes_at, begins_at, cancel_until, regions, waiting_list,"
        " offer_minutes, refunds, status, created_at, changed_at, version) VALUES ($1, 'fair',"
        " 'other', '350700', 'bench', 'a', 'a', 'a', 'a', $2, $3, $4, $4, '{}', false, 60, '[]',"
        " 'published', $2, $2, 3)",
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
        "INSERT INTO ticket (id, activity_id, name, label_zh, label_en, quota_ids, meeting_ids,"
        " price_fen) VALUES ($1, $2, 'one', 'a', 'a', $3, $4, 0)",
        ticket,
        activity,
        [quota],
        [meeting],
    )
    return activity, ticket


async def _room(url: str, database: asyncpg.Connection) -> dict[str, Any]:
    """Return how long the draw of a waiting room takes in which everybody is."""
    activity, _ = await _activity(database, 1)
    await database.execute(
        "INSERT INTO waiting_room (activity_id, enter_from, per_minute, seed, base, last)"
        " VALUES ($1, now() - interval '1 hour', 6000, sha256('a'), 0, 0)",
        activity,
    )
    await database.execute(
        "INSERT INTO waiting_room_entry SELECT $1, talent_id, now() - interval '2 days', NULL"
        " FROM person",
        activity,
    )
    own = Database(url, 1)
    async with own.transaction() as session:
        found = await session.get_one(Activity, activity)
        begun = time.perf_counter()
        await waiting_rooms.draw(session, found, datetime.now(UTC))
    took = time.perf_counter() - begun
    await own.close()
    entered = await database.fetchval(
        "SELECT last FROM waiting_room WHERE activity_id = $1", activity
    )
    return {"entered": entered, "draw_ms": round(took * 1000)}


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seats", type=int, default=5_000)
    parser.add_argument("--callers", type=int, default=50_000)
    given = parser.parse_args()
    uvloop.run(main(given.seats, given.callers))
