"""Matching processes are killed in the midst of a run: nothing is lost, nothing doubled."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from talent_kit.clock import SystemClock
from talent_kit.testing.faults import SEEDS
from talent_policy.entitlements import runs
from talent_policy.models import Mark, Match, MatchRun, Offer, OfferClaim

from ..applications.story import NOON, join
from ..offers.test_offers import publish_offering
from ..world import deliver, employer, employment, talent
from .test_matching import figures_hold

pytestmark = pytest.mark.crash

PEOPLE = 300
MATCHER = Path(__file__).with_name("matcher.py")


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class Matchers:
    """Two matching processes at a time, of the one that forks them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._pids: list[int] = []

    async def start(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"two\n")
        self._pids = [int(pid) for pid in (await self._line()).split()]
        assert [await self._line() for _ in self._pids] == ["ready"] * 2

    async def kill(self) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        assert await self._line() == "gone"

    async def _line(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def _matchers(settings: Path) -> AsyncIterator[Matchers]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        MATCHER,
        settings,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Matchers(process)
    finally:
        # The whole session, since a test that failed may have left them matching.
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_matchers_lose_and_double_nothing(policy, tmp_path, seed):
    chance = random.Random(seed)
    policy.clock.set(NOON)
    await publish_offering(policy, "2.2")
    stories = [await join(policy, budget_fen=None, account=False) for _ in range(2)]
    people = [talent() for _ in range(PEOPLE)]
    at = employer()
    jobs = [employment(each, at) for each in people]
    await deliver(policy, at, *people, *jobs)
    async with policy.service.database.transaction() as session:
        await runs.begin(session, policy.clock, "pack", "crash", "350700")

    given = {name: _plain(value) for name, value in policy.service.settings if value is not None}
    given["clock_shift"] = (NOON - SystemClock().now()).total_seconds()
    given["authority_clients"] = policy.service.settings.authority_clients
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(given))
    left: list[int] = []
    async with _matchers(settings) as matchers:
        for _ in range(4):
            await matchers.start()
            await asyncio.sleep(chance.uniform(0.05, 0.8))
            await matchers.kill()
            async with policy.service.database.transaction() as session:
                left.append(await session.scalar(select(func.count()).select_from(Mark)) or 0)
    assert any(marks > 0 for marks in left), "nobody was killed in the midst of it"

    await policy.settle()
    await figures_hold(policy)
    async with policy.service.database.transaction() as session:
        matched = await session.scalar(select(func.count(Match.subject_id.distinct())))
        made = (await session.execute(select(MatchRun))).scalars().all()
        offers = (
            await session.execute(select(Offer.talent_id).where(Offer.status == "open"))
        ).all()
        claims = await session.scalar(select(func.count()).select_from(OfferClaim))
    assert matched is not None
    assert matched >= PEOPLE + len(stories)
    assert all(run.status == "done" and run.subjects == run.marked == run.matched for run in made)
    assert len(offers) == len(set(offers)) == claims == len(stories)
