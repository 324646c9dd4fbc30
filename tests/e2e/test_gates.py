"""Killed while people come: each scan is there once, each fact told once, nobody waits outside."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from talent_gate import Device, Enrolment
from talent_kit.clock import local_date, local_midnight
from talent_kit.testing.faults import SEEDS
from talent_standalone.testing import Standalone, kill_at_random

from .test_seats import platform, published, send

__all__ = ["platform"]

PEOPLE, DEVICES, BATCHES, TOGETHER = 600, 3, 2, 300
AT_THE_DOOR = 50
"""More who come while the platform comes and goes, to a device that is not told of it."""


async def seated(platform: Standalone, activity: dict[str, Any]) -> list[str]:
    """Give seats to talents; return their registrations."""
    now = datetime.now(UTC)
    ids = [uuid4() for _ in range(PEOPLE + AT_THE_DOOR)]
    connection = await asyncpg.connect(platform.dsn("registration"))
    try:
        await connection.executemany(
            "INSERT INTO registration (id, activity_id, ticket_id, talent_id, status,"
            " registered_at, changed_at, version) VALUES ($1, $2, $3, $4, 'confirmed', $5, $5, 1)",
            [(key, activity["id"], activity["tickets"][0]["id"], uuid4(), now) for key in ids],
        )
    finally:
        await connection.close()
    return [str(key) for key in ids]


async def let_in(device: Device, comers: list[str], rng: random.Random) -> None:
    """Scan one after another; whoever comes is let in, whether the platform answers or not."""
    for one in comers:
        verdict = await asyncio.to_thread(device.scan, one)
        assert verdict.admitted, verdict
        await asyncio.sleep(rng.uniform(0, 0.1))


async def bring(
    http: httpx2.AsyncClient, path: str, secret: str, scans: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Bring a batch until it is taken; return the verdicts."""
    body = {"sent_at": datetime.now(UTC).isoformat(), "scans": scans}
    for _ in range(600):
        try:
            answer = await http.put(path, json=body, headers={"Gate-Key": secret})
        except httpx2.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code == 200:
            found: list[dict[str, Any]] = answer.json()["scans"]
            return found
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.1)
    raise AssertionError("no definite answer in a minute")


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_while_people_come(platform: Standalone, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    now = datetime.now(UTC)
    # Of one day, else a fact is told again with the earlier one.
    today = min(3_600.0, (now - local_midnight(local_date(now))).total_seconds())
    words = {"zh": "场次", "en": "day"}
    begins, ends = now - timedelta(hours=2), now + timedelta(days=3)
    activity = published(
        platform,
        meetings=[
            {"name": "day", "starts_at": begins.isoformat(), "ends_at": ends.isoformat()}
            | {"place": words}
        ],
    )
    base = f"/v1/activities/{activity['id']}/gates"
    body = {"name": "north", "meetings": ["day"], "tickets": ["one"]}
    gate = f"{base}/{send(platform, 'organiser', base, json=body)['id']}"
    devices = [
        send(platform, "organiser", f"{gate}/devices", json={"label": f"tablet {number}"})
        for number in range(DEVICES)
    ]
    everybody = await seated(platform, activity)
    comers, people = everybody[:AT_THE_DOOR], everybody[AT_THE_DOOR:]
    own = devices[0]
    enrolment = Enrolment(
        platform.url,
        UUID(activity["id"]),
        UUID(gate.rpartition("/")[2]),
        own["secret"],
        own["roster_key"],
    )
    tablet = Device(tmp_path / "tablet", enrolment, retry=0.5)
    await asyncio.to_thread(tablet.step)

    def recorded() -> list[dict[str, Any]]:
        return [
            {
                "scan_id": str(uuid4()),
                "registration_id": one,
                "at": (now - timedelta(seconds=rng.uniform(0, today))).isoformat(),
                "admitted": True,
            }
            for one in rng.sample(people, TOGETHER)
        ]

    brought: list[dict[str, Any]] = []
    turn = asyncio.Event()
    async with httpx2.AsyncClient(base_url=platform.url, timeout=20) as http:

        async def device(number: int, secret: str) -> None:
            for _ in range(BATCHES):
                scans = recorded()
                brought.extend(scans)
                if number == 0:
                    turn.set()
                verdicts = await bring(http, f"{gate}/scan-batches/{uuid4()}", secret, scans)
                assert all(verdict["admitted"] for verdict in verdicts)

        killer = asyncio.create_task(kill_at_random(platform, rng, turn))
        try:
            await asyncio.gather(
                let_in(tablet, comers, rng),
                *(device(number, each["secret"]) for number, each in enumerate(devices)),
            )
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
            if not platform.running:
                await asyncio.to_thread(platform.start)

    for _ in range(100):
        await asyncio.to_thread(tablet.step)
        if not tablet.waiting:
            break
        await asyncio.sleep(0.1)
    tablet.close()
    connection = await asyncpg.connect(platform.dsn("registration"))
    try:
        rows = await connection.fetch("SELECT scan_id, registration_id, result FROM scan")
        facts = await connection.fetchval("SELECT count(*) FROM attendance")
        told = await connection.fetchval(
            "SELECT (SELECT count(*) FROM outbox WHERE type LIKE '%attendance.confirmed%') + "
            "(SELECT coalesce(sum(events), 0) FROM event_count "
            "WHERE direction = 'published' AND type LIKE '%attendance.confirmed%')"
        )
    finally:
        await connection.close()
    sent = {scan["scan_id"] for scan in brought}
    assert len(rows) == len(sent) + AT_THE_DOOR
    there = {str(row["registration_id"]) for row in rows if row["result"] == "counted"}
    counted = [row for row in rows if row["result"] == "counted"]
    assert sent < {str(row["scan_id"]) for row in rows}
    assert there == {scan["registration_id"] for scan in brought} | set(comers)
    assert len(counted) == facts == told == len(there)
