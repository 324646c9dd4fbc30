"""Sweeping processes are killed in the midst of it: each deadline is told of exactly once."""

import asyncio
import json
import random
import sys
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from talent_kit.clock import SystemClock
from talent_kit.testing.faults import SEEDS

from .given import deadline, save, sweep

pytestmark = pytest.mark.crash

SWEEPER = Path(__file__).with_name("sweeper.py")
DUE = date(2026, 12, 1)
MANY = 2_000


def _plain(value):
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@asynccontextmanager
async def _sweepers(settings):
    """Two at a time, killed at the end of the block."""
    started = [
        await asyncio.create_subprocess_exec(sys.executable, SWEEPER, settings) for _ in range(2)
    ]
    try:
        async with asyncio.timeout(60):
            yield
    finally:
        for process in started:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_sweeps_forget_and_double_nothing(world, tmp_path, seed):
    chance = random.Random(seed)
    near = [deadline(DUE) for _ in range(MANY)]
    over = [deadline(DUE - timedelta(days=1)) for _ in range(MANY)]
    await save(world, *near, *over)
    world.today(DUE)
    service = world.running.service
    given = {name: _plain(value) for name, value in service.settings if value is not None}
    given["clock_shift"] = (world.running.clock.now() - SystemClock().now()).total_seconds()
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(given))
    told = 0
    for _ in range(2):
        enough = told + chance.randrange(1, MANY // 2)
        async with _sweepers(settings):
            while told < enough:
                await asyncio.sleep(0.005)
                ((told,),) = await world.rows("SELECT count(*) FROM outbox")
    ((told,),) = await world.rows("SELECT count(*) FROM outbox")
    assert told < 2 * MANY, "nobody was killed in the midst of it"

    said = await sweep(world)
    expected = {("reminded", str(row["id"])) for row in near}
    expected |= {("escalated", str(row["id"])) for row in over}
    assert len(said) == 2 * MANY
    assert set(said) == expected
