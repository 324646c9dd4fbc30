"""Sweeping processes are killed in the midst of it: each deadline is told of exactly once."""

import asyncio
import random
from datetime import date, timedelta

import pytest
from talent_kit.testing.faults import SEEDS

from ..processes import settings_file, working
from .given import deadline, save, sweep

pytestmark = pytest.mark.crash

DUE = date(2026, 12, 1)
MANY = 2_000


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_sweeps_forget_and_double_nothing(world, tmp_path, seed):
    chance = random.Random(seed)
    near = [deadline(DUE) for _ in range(MANY)]
    over = [deadline(DUE - timedelta(days=1)) for _ in range(MANY)]
    await save(world, *near, *over)
    world.today(DUE)
    settings = settings_file(world, tmp_path)
    told = 0
    for _ in range(2):
        enough = told + chance.randrange(1, MANY // 2)
        async with working(settings, "deadlines"):
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
