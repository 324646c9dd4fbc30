"""Killed while many claim seats: who was told of a seat has it, and no seat is without an owner."""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from talent_kit.testing.faults import SEEDS
from talent_standalone.testing import Standalone, free_port, kill_at_random

SEATS, CALLERS = 30, 60
ANSWERS = 12
"""After so many it is killed again."""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Standalone]:
    made = Standalone(tmp_path / "data", PORT=str(free_port()), TALENT_LOG_LEVEL="INFO")
    made.start()
    yield made
    made.stop()


def content() -> dict[str, Any]:
    now = datetime.now(UTC)
    words = {"zh": "名额", "en": "seats"}

    def later(**by: float) -> str:
        return (now + timedelta(**by)).isoformat()

    return {
        "kind": "fair",
        "region": "350700",
        "title": words,
        "about": words,
        "opens_at": later(hours=-1),
        "closes_at": later(days=1),
        "cancel_until": later(days=1),
        "meetings": [
            {"name": "day", "starts_at": later(days=2), "ends_at": later(days=3), "place": words}
        ],
        "quotas": [{"name": "hall", "label": words, "capacity": SEATS}],
        "tickets": [{"name": "one", "label": words, "quotas": ["hall"], "meetings": ["day"]}],
    }


def send(
    platform: Standalone, role: str, path: str, version: int | None = None, **body: Any
) -> dict[str, Any]:
    """Post as staff."""
    headers = {
        "Authorization": f"Bearer {platform.token(role, roles=[role], region='350700')}",
        "Idempotency-Key": uuid4().hex,
    } | ({} if version is None else {"If-Match": f'"{version}"'})
    answer = platform.http.post(path, headers=headers, **body)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def published(platform: Standalone, **changes: Any) -> dict[str, Any]:
    """Publish an activity."""
    made = send(platform, "organiser", "/v1/activities", json=content() | changes)
    path = f"/v1/activities/{made['id']}"
    send(platform, "organiser", f"{path}/submission", 1)
    return send(platform, "reviewer", f"{path}/publication", 2)


async def known(platform: Standalone, logins: list[str]) -> None:
    """Put talents where identity's events would have put them."""
    connection = await asyncpg.connect(platform.dsn("registration"))
    try:
        rows = [(uuid4(), login, "350702", 1) for login in logins]
        await connection.copy_records_to_table("person", records=rows)
    finally:
        await connection.close()


class Caller:
    """Somebody who asks again until the answer is definite."""

    def __init__(self, http: httpx2.AsyncClient, token: str, activity: dict[str, Any]) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._path = f"/v1/activities/{activity['id']}/registrations/me"
        self._ticket = {"ticket_id": activity["tickets"][0]["id"]}
        self.told = ""

    async def claim(self) -> None:
        answer = await self._send("PUT", json=self._ticket)
        assert answer.status_code == 200, answer.text
        self.told = answer.json()["status"]

    async def cancel(self) -> None:
        answer = await self._send("DELETE")
        # A 404 says so too: it was done, and the answer was lost.
        assert answer.status_code in {200, 404}, answer.text
        self.told = "cancelled"

    async def state(self) -> str:
        answer = await self._send("GET")
        return str(answer.json()["status"]) if answer.status_code == 200 else "cancelled"

    async def _send(self, method: str, **body: Any) -> httpx2.Response:
        for _ in range(600):
            try:
                answer = await self._http.request(method, self._path, headers=self._headers, **body)
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code != 503:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError("no definite answer in a minute")


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_while_seats_are_claimed_and_given_back(
    platform: Standalone, seed: int
) -> None:
    rng = random.Random(seed)
    activity = published(platform)
    logins = [f"caller-{number}" for number in range(CALLERS)]
    await known(platform, logins)
    async with httpx2.AsyncClient(base_url=str(platform.http.base_url), timeout=20) as http:
        callers = [
            Caller(http, platform.token(login, roles=["talent"]), activity) for login in logins
        ]

        turn, answers = asyncio.Event(), count(1)

        def answered() -> None:
            if next(answers) % ANSWERS == 0:
                turn.set()

        async def behave(caller: Caller) -> None:
            await asyncio.sleep(rng.uniform(0, 4))
            await caller.claim()
            answered()
            await asyncio.sleep(rng.uniform(0, 4))
            if caller.told == "confirmed" and rng.random() < 0.5:
                await caller.cancel()
                answered()

        killer = asyncio.create_task(kill_at_random(platform, rng, turn))
        try:
            await asyncio.gather(*(behave(caller) for caller in callers))
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
            if not platform.running:
                await asyncio.to_thread(platform.start)
        states = [await caller.state() for caller in callers]

    assert platform.kills > 2
    after = {
        "confirmed": {"confirmed"},
        "waiting": {"waiting", "offered"},
        "cancelled": {"cancelled"},
    }
    wrong = [
        (caller.told, state)
        for caller, state in zip(callers, states, strict=True)
        if state not in after.get(caller.told, set())
    ]
    assert wrong == []
    seated = states.count("confirmed") + states.count("offered")
    shown = platform.http.get(f"/v1/activities/{activity['id']}").json()
    assert shown["quotas"][0]["left"] == SEATS - seated
    assert seated <= SEATS
    assert seated == SEATS or "waiting" not in states, "a seat is free while somebody waits"
