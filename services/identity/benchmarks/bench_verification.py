"""Measure online verification against a bare asyncpg loop of the same reads and writes.

`python services/identity/benchmarks/bench_verification.py` prints JSON: requests a second of one
process for the application called without a socket, and for the loop, each with 8 at a time, on
the event loop that serves in earnest; the medians of rounds that take turns.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

import asyncpg
import uvloop
from alone import identity
from talent_identity.talents.documents import check_character
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key

AT_ONCE = 8
SECONDS = 1.0
ROUNDS = 9
PATH = "/v1/code-verifications"


async def main() -> None:
    with identity() as factory:
        async with factory.running() as running:
            payload = await _code(running)
            verify = _application(running, payload)
            rounds = [(await _rate(verify), await _bare(running)) for _ in range(ROUNDS)]
    figures = {
        "verifications": median(ours for ours, _ in rounds),
        "bare_loop": median(bare for _, bare in rounds),
        "share": median(ours / bare for ours, bare in rounds),
    }
    rounded = {name: round(figure, 3) for name, figure in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")


async def _code(running: ServiceUnderTest) -> str:
    first = "11010119960517001"
    headers = running.issuer.headers("bench", Role.TALENT)
    body = {
        "name": "林小溪",
        "document": {"kind": "resident_id", "number": first + check_character(first)},
        "region": "350702",
    }
    for path, content in (("/v1/talents", body), ("/v1/codes", {})):
        answer = await running.client.post(path, json=content, headers=headers | fresh_key())
        answer.raise_for_status()
    shown = await running.client.get("/v1/codes/me?form=static", headers=headers)
    return str(shown.json()["payload"])


def _application(running: ServiceUnderTest, payload: str) -> Callable[[], Awaitable[None]]:
    body = json.dumps({"payload": payload}).encode()
    token = running.issuer.token("counter", Role.SCANNER, region="350700")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"bench"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
    }

    async def one() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        answer = b""

        async def send(message: Any) -> None:
            nonlocal answer
            answer += message.get("body", b"")

        await running.app({**scope, "state": {}}, receive, send)
        if b'"valid":true' not in answer:
            raise RuntimeError(answer)

    return one


async def _bare(running: ServiceUnderTest) -> float:
    url = running.service.settings.database_url.get_secret_value()
    pool = await asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=8, max_size=8)
    number = await pool.fetchval("SELECT number FROM code")

    async def one() -> None:
        async with pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "SELECT c.*, t.region, t.sealed_profile, k.wrapped FROM code c "
                "JOIN talent t ON t.id = c.talent_id JOIN data_key k ON k.talent_id = t.id "
                "WHERE c.number = $1",
                number,
            )
            await connection.execute(
                "INSERT INTO audit (at, actor, action, subject, detail) "
                "VALUES (now(), 'x', 'y', $1, '{}')",
                str(row["talent_id"]),
            )

    try:
        return await _rate(one)
    finally:
        await pool.close()


async def _rate(one: Callable[[], Awaitable[None]]) -> float:
    async def repeat(until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            await one()
            done += 1
        return done

    await repeat(time.perf_counter() + 0.2)
    started = time.perf_counter()
    until = started + SECONDS
    done = sum(await asyncio.gather(*(repeat(until) for _ in range(AT_ONCE))))
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    uvloop.run(main())
