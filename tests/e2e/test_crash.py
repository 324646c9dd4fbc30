"""Killed in the middle of payments: nothing lost, nothing doubled, the statement is the ledger."""

import asyncio
import os
import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from talent_demo.drive import Drive, Run
from talent_demo.people import employers, people
from talent_standalone.testing import Standalone, free_port

PEOPLE = 38
"""Each kind of case twice."""


@pytest.fixture
def platform(tmp_path: Path) -> Any:
    made = Standalone(
        tmp_path / "data", PORT=str(free_port()), TALENT_BANK_TIMEOUT="2", TALENT_LOG_LEVEL="INFO"
    )
    made.start()
    yield made
    made.stop()


async def kill_at_random(platform: Standalone, rng: random.Random, times: int) -> None:
    """Kill the platform's process, or PostgreSQL under it, and start again."""
    for number in range(times):
        await asyncio.sleep(rng.uniform(0.4, 1.5))
        if number % 2:
            os.kill(platform.postgres_pid(), signal.SIGKILL)
        else:
            platform.process.kill()
            platform.process.wait()
            await asyncio.to_thread(platform.start)


@pytest.mark.crash
@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_in_the_middle_of_payments(platform: Standalone, seed: int) -> None:
    rng = random.Random(seed)
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    firms = employers(rng, seed, 8)
    graduates = people(rng, seed, PEOPLE, firms, today)
    run = Run()
    async with httpx2.AsyncClient(base_url=str(platform.http.base_url), timeout=20) as http:
        drive = Drive(http, run)
        await drive.staff()
        await drive.register_employers(firms)
        await drive.register_people(graduates)

        async def work() -> None:
            await drive.apply(graduates)
            await drive.review()
            await drive.release()
            await drive.pay()
            await drive.repair(graduates)

        await asyncio.gather(work(), kill_at_random(platform, rng, 4))
        books = await drive.reconcile()

    assert books["ledger"]["total_fen"] == 0
    balances = {row["kind"]: row["balance_fen"] for row in books["ledger"]["accounts"]}
    lines = books["statement"]
    assert len({line["order_id"] for line in lines}) == len(lines) > 0
    assert sum(line["amount_fen"] for line in lines) == balances["bank"]
    assert balances["payable"] == 0
    paid = Counter((payment["application_id"], payment["instalment"]) for payment in books["paid"])
    assert set(paid.values()) == {1}
    assert sum(payment["amount_fen"] for payment in books["paid"]) == balances["bank"]
    assert every_event_arrived_once(books["events"]) == []


def every_event_arrived_once(services: list[dict[str, Any]]) -> list[str]:
    published = Counter[str]()
    for row in services:
        published.update(row["published"])
    wrong = [f"{row['service']} parked {row['parked']}" for row in services if row["parked"]]
    wrong += [f"{row['service']} keeps {row['waiting']}" for row in services if row["waiting"]]
    for row in services:
        wrong += [
            f"{kind}: {row['consumed'].get(kind, 0)} of {published[kind]}"
            for kind in row["subscriptions"]
            if row["consumed"].get(kind, 0) != published[kind]
        ]
    return wrong
