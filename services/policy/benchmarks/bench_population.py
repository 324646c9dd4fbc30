"""How many people a second one process matches, against judging the same facts in memory.

`python services/policy/benchmarks/bench_population.py [--people 10000]` prints JSON: people a
second of a first run, which writes every match, and of a second, which finds nothing changed; of
judging alone; the share of the first in that; the peak of memory. While a third run goes on: how
long a single change takes to be seen, and how long `/health/ready` takes, beside what it takes at
rest. Every person has one employment, 13 facts under a data key of their own.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import uvloop
from alone import policy
from crowd import fill
from sqlalchemy import text
from sqlmodel import col, select
from talent_kit.auth import Role
from talent_kit.server import freeze
from talent_kit.stopping import stop
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.entitlements import runs
from talent_policy.entitlements.service import Scheme
from talent_policy.facts.gathering import facts_of_many
from talent_policy.facts.vocabulary import SubjectKind
from talent_policy.library.service import every_pack_in_force, publish_as
from talent_policy.models import Employment, Match, MatchRun
from talent_policy.packs.files import PackFolder

PACK = Path(__file__).parents[1] / "packs" / "nanping-2021-2"
NOON = datetime(2025, 9, 1, 4, tzinfo=UTC)
SAMPLE = 2000
CHANGES = 10
MANY = 50_000
"""Of more people than that only the first run is measured."""


async def main(people: int) -> None:
    with policy() as factory:
        async with factory.running() as running:
            figures = await _measure(running, people)
    sys.stdout.write(json.dumps(figures) + "\n")


async def _measure(policy: ServiceUnderTest, people: int) -> dict[str, Any]:
    policy.clock.set(NOON)
    content = PackFolder(PACK).content()
    async with policy.service.database.transaction() as session:
        await publish_as(session, policy.service.packs, policy.clock, "bench", content)
    freeze()
    begun = time.perf_counter()
    await fill(policy, people)
    filled = time.perf_counter() - begun
    _forget_peak()
    first = await _run(policy)
    peak = _peak()
    alone = await _judging(policy)
    figures = {
        "people": people,
        "measures": len(content.measures),
        "filled_per_second": round(people / filled),
        "matched_per_second": round(people / first),
        "judged_per_second": round(alone),
        "share": round(people / first / alone, 3),
        "peak_mib": round(peak),
    }
    if people > MANY:
        return figures
    second = await _run(policy, "again")
    return figures | {"unchanged_per_second": round(people / second)} | await _beside(policy)


async def _run(policy: ServiceUnderTest, key: str | None = None) -> float:
    """Match everybody; return the seconds it took."""
    if key is not None:
        async with policy.service.database.transaction() as session:
            await runs.begin(session, policy.clock, "day", key, None)
    (matcher,) = policy.worker.loops
    begun = time.perf_counter()
    await matcher.step()  # which begins the day's run
    matching = asyncio.create_task(matcher.run())
    while await _is_open(policy):
        await asyncio.sleep(0.1)
        if matching.done():
            raise RuntimeError("matching ended")
    seconds = time.perf_counter() - begun
    await stop([matching])
    return seconds


async def _is_open(policy: ServiceUnderTest) -> bool:
    query = select(MatchRun.id).where(col(MatchRun.ended_at).is_(None)).limit(1)
    async with policy.service.database.transaction() as session:
        return (await session.exec(query)).first() is not None


async def _judging(policy: ServiceUnderTest) -> float:
    """Return how many people a second are judged, their facts being at hand."""
    day = NOON.date()
    async with policy.service.database.transaction() as session:
        ids = (await session.exec(select(col(Employment.id)).limit(SAMPLE))).all()
        subjects = [(SubjectKind.EMPLOYMENT, each) for each in ids]
        facts = await facts_of_many(session, policy.service.vault, subjects, day)
        packs = await every_pack_in_force(session, policy.service.packs, day)
    scheme = Scheme(packs, day)
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        for each in facts:
            scheme.judge(each)
        rates.append(len(facts) / (time.perf_counter() - begun))
    return median(rates)


async def _beside(policy: ServiceUnderTest) -> dict[str, float]:
    """Measure, at rest and during a run, single changes and the answers of the same process."""
    somebody = await _somebody(policy)
    matching = asyncio.create_task(_work(policy))
    rest = await _ready(policy, 100)
    changes = []
    busy: list[float] = []
    for number in range(CHANGES):
        async with policy.service.database.transaction() as session:
            await runs.begin(session, policy.clock, "day", f"beside-{number}", None)
        await asyncio.sleep(0.2)
        busy += await _ready(policy, 20)
        degree = "doctor" if number % 2 else "junior_college"
        changes.append(await _change(policy, somebody, degree))
    matching.cancel()
    with suppress(asyncio.CancelledError):
        await matching
    return {
        "change_seen_s": round(median(changes), 3),
        "change_seen_longest_s": round(max(changes), 3),
        "ready_at_rest_p99_ms": round(quantiles(rest, n=100)[98] * 1e3, 1),
        "ready_during_run_p50_ms": round(median(busy) * 1e3, 1),
        "ready_during_run_p99_ms": round(quantiles(busy, n=100)[98] * 1e3, 1),
    }


async def _work(policy: ServiceUnderTest) -> None:
    (matcher,) = policy.worker.loops
    listening = asyncio.create_task(policy.service.database.wakeup.listen(lambda _: matcher.wake()))
    try:
        await matcher.run()
    finally:
        listening.cancel()


async def _ready(policy: ServiceUnderTest, count: int) -> list[float]:
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        (await policy.client.get("/health/ready")).raise_for_status()
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.005)
    return times


async def _somebody(policy: ServiceUnderTest) -> Match:
    """Return the match of somebody who is entitled by a degree."""
    query = select(Match).where(Match.measure == "2.1", Match.outcome == "eligible").limit(1)
    async with policy.service.database.transaction() as session:
        return (await session.exec(query)).one()


async def _change(policy: ServiceUnderTest, somebody: Match, degree: str) -> float:
    """Return how long after its answer a change of one person is seen in the match."""
    body = {
        "subject": {"kind": "person", "id": str(somebody.talent_id)},
        "facts": [{"name": "person.degree", "value": degree}],
    }
    before = await _standing(policy, somebody)
    headers = policy.issuer.headers("school-office", Role.SERVICE) | fresh_key()
    answer = await policy.client.post("/v1/observations", json=body, headers=headers)
    answer.raise_for_status()
    begun = time.perf_counter()
    while await _standing(policy, somebody) == before:
        await asyncio.sleep(0.01)
        if time.perf_counter() - begun > 60:
            raise TimeoutError("the change was never seen")
    return time.perf_counter() - begun


async def _standing(policy: ServiceUnderTest, somebody: Match) -> list[Any]:
    query = select(Match.measure, Match.outcome, Match.amount_fen, Match.as_of).where(
        col(Match.subject_id) == somebody.subject_id
    )
    async with policy.service.database.transaction() as session:
        await session.execute(text("SELECT 1"))
        return sorted(map(str, (await session.exec(query)).all()))


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Return the peak of this process's memory since it was forgotten, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    uvloop.run(main(parser.parse_args().people))
