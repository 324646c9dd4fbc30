"""Killed once in each phase of the year: nothing lost, nothing doubled, statement is ledger."""

import asyncio
import random
from pathlib import Path
from typing import Any

import httpx2
import pytest
from talent_demo.checks import out_of_balance, undelivered, unsettled
from talent_demo.drive import Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.faults import SEEDS
from talent_standalone.testing import Standalone, free_port, kill_at_random

PEOPLE = 19
"""Each kind of case once."""


@pytest.fixture
def platform(tmp_path: Path) -> Any:
    made = Standalone(
        tmp_path / "data", PORT=str(free_port()), TALENT_BANK_TIMEOUT="2", TALENT_LOG_LEVEL="INFO"
    )
    made.start()
    yield made
    made.stop()


@pytest.mark.crash
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_during_import_matching_and_payment(platform: Standalone, seed: int) -> None:
    rng = random.Random(seed)
    firms, graduates = company(rng, seed, PEOPLE)
    run = Run()
    async with httpx2.AsyncClient(base_url=str(platform.http.base_url), timeout=20) as http:
        drive = Drive(http, run)
        await drive.staff()
        turn = asyncio.Event()
        turn.set()
        run.told = lambda *_: turn.set()
        killer = asyncio.create_task(kill_at_random(platform, rng, turn))
        try:
            await drive.year(firms, graduates)
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
            if not platform.running:
                await asyncio.to_thread(platform.start)
        books = await drive.reconcile()

    assert platform.kills > 4, "too few to have met every kind of work"
    assert run.surprises == []
    assert out_of_balance(books) + unsettled(books) + undelivered(books["events"]) == []
