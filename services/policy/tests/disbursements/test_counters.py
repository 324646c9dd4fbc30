"""Counters of awards: at every limit, under races, and in any history."""

import asyncio
import random
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from talent_kit.testing.services import ServiceUnderTest
from talent_policy.disbursements.errors import (
    AlreadyClaimed,
    BudgetExhausted,
    CapExhausted,
    GroupChanged,
    QuotaExhausted,
)
from talent_policy.models import Claim, Counter, Payment
from talent_policy.packs.deciding import Count, Instalment

from .test_award import TODAY, award, budget, count, give, policy

__all__ = ["policy"]


def quota(limit: int, add: int = 1, key: str = "2026") -> Count:
    return Count("quota", "pack:2.2:quota", key, 0, add, limit)


def cap(limit: int, add: int = 100, key: str = "2026") -> Count:
    return Count("cap", "pack:2.2:cap", key, 0, add, limit)


def group(used: int, add: int = 100, key: str = "person") -> Count:
    return Count("group", "pack:group", key, used, add, None)


def fen(amount: int, *counts: Count) -> Any:
    return award(instalments=(Instalment(TODAY, amount),), counts=counts)


async def counters(policy: ServiceUnderTest) -> dict[tuple[str, str], int]:
    async with policy.service.database.transaction() as session:
        return {
            (row.scope, row.key): row.used for row in (await session.exec(select(Counter))).all()
        }


@pytest.mark.parametrize(("limit", "fits"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3)])
async def test_a_quota_gives_its_places_and_no_more(
    policy: ServiceUnderTest, limit: int, fits: int
) -> None:
    await budget(policy, 10**6)
    made = []
    for _ in range(3):
        try:
            made += await give(policy, award(counts=(quota(limit),)))
        except QuotaExhausted:
            break
    assert len(made) == fits == await count(policy, Claim)
    assert (await counters(policy)).get(("pack:2.2:quota", "2026"), 0) == fits


@pytest.mark.parametrize(("limit", "fits"), [(199, False), (200, True), (201, True)])
async def test_a_cap_gives_up_to_its_limit(
    policy: ServiceUnderTest, limit: int, fits: bool
) -> None:
    await budget(policy, 10**6)
    await give(policy, fen(100, cap(limit)))
    if fits:
        await give(policy, fen(100, cap(limit)))
    else:
        with pytest.raises(CapExhausted):
            await give(policy, fen(100, cap(limit)))
    assert await counters(policy) == {("pack:2.2:cap", "2026"): 200 if fits else 100}


async def test_each_key_has_its_own_counter(policy: ServiceUnderTest) -> None:
    await budget(policy, 10**6)
    for key in ("2026", "2027", ""):
        await give(policy, award(counts=(quota(1, key=key),)))
        with pytest.raises(QuotaExhausted):
            await give(policy, award(counts=(quota(1, key=key),)))


@pytest.mark.parametrize("seen", [0, 99, 101])
async def test_a_group_is_raised_only_from_what_the_decision_saw(
    policy: ServiceUnderTest, seen: int
) -> None:
    await budget(policy, 10**6)
    await give(policy, fen(100, group(0)))
    with pytest.raises(GroupChanged):
        await give(policy, fen(50, group(seen, add=50)))
    await give(policy, fen(50, group(100, add=50)))
    assert await counters(policy) == {("pack:group", "person"): 150}


async def test_what_is_refused_later_counts_nothing(policy: ServiceUnderTest) -> None:
    await budget(policy, 99)
    with pytest.raises(BudgetExhausted):
        await give(policy, fen(100, quota(1), cap(100), group(0)))
    claimed = award(counts=(quota(1),), instalments=(Instalment(TODAY, 1),))
    await give(policy, claimed)
    with pytest.raises(AlreadyClaimed):
        await give(policy, replace(claimed, application_id=uuid4(), counts=(cap(100),)))
    assert await counters(policy) == {("pack:2.2:quota", "2026"): 1}


async def test_an_offset_claims_and_counts_and_pays_nothing(policy: ServiceUnderTest) -> None:
    assert await give(policy, award(pool=None, instalments=(), counts=(cap(100),))) == []
    with pytest.raises(CapExhausted):
        await give(policy, award(pool=None, instalments=(), counts=(cap(100, add=1),)))
    assert await count(policy, Claim) == 1
    assert await count(policy, Payment) == 0


@pytest.mark.parametrize(
    ("counted", "refusal"),
    [
        (quota(1), QuotaExhausted),
        (cap(199), CapExhausted),
        (group(0), GroupChanged),
    ],
)
async def test_twenty_race_for_what_is_left_for_one(
    policy: ServiceUnderTest, counted: Count, refusal: type[Exception]
) -> None:
    await budget(policy, 10**6)
    results = await asyncio.gather(
        *(give(policy, award(counts=(counted,))) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, list) for result in results) == 1
    assert sum(isinstance(result, refusal) for result in results) == 19
    assert await count(policy, Payment) == await count(policy, Claim) == 1


async def test_races_over_many_counters_do_not_deadlock(policy: ServiceUnderTest) -> None:
    await budget(policy, 10**6)
    keys = [quota(10, key=str(number)) for number in range(6)] + [cap(1000), group(0, add=0)]
    chance = random.Random(1)
    given = [award(counts=tuple(chance.sample(keys, len(keys)))) for _ in range(20)]
    results = await asyncio.gather(*(give(policy, each) for each in given), return_exceptions=True)
    assert sum(isinstance(result, list) for result in results) == 10
    refusals = {type(result) for result in results if not isinstance(result, list)}
    assert refusals <= {QuotaExhausted, CapExhausted}


@pytest.mark.parametrize("seed", range(6))
async def test_no_history_exceeds_a_quota_a_cap_or_a_groups_maximum(
    policy: ServiceUnderTest, seed: int
) -> None:
    """Many at once decide on what they saw; who was too late sees it anew and tries again."""
    chance = random.Random(seed)
    await budget(policy, 10**9)
    places, limit = chance.randint(1, 12), chance.randint(200, 2000)
    amounts = [chance.randint(1, 400) for _ in range(24)]

    async def ask(amount: int) -> None:
        while True:
            seen = await counters(policy)
            had = seen.get(("pack:group", "person"), 0)
            room = limit - seen.get(("pack:2.2:cap", "2026"), 0)
            left = min(amount - had, room)
            if left <= 0 or seen.get(("pack:2.2:quota", "2026"), 0) >= places:
                return
            try:
                await give(policy, fen(left, quota(places), cap(limit, left), group(had, left)))
            except (QuotaExhausted, CapExhausted, GroupChanged):
                continue
            return

    waiting = list(amounts)
    while waiting:
        batch = [waiting.pop() for _ in range(min(len(waiting), chance.randint(1, 8)))]
        await asyncio.gather(*(ask(amount) for amount in batch))
    found = await counters(policy)
    async with policy.service.database.transaction() as session:
        paid = [row.amount_fen for row in (await session.exec(select(Payment))).all()]
    assert found[("pack:2.2:quota", "2026")] == len(paid) <= places
    assert found[("pack:2.2:cap", "2026")] == sum(paid) <= limit
    assert found[("pack:group", "person")] == sum(paid) <= max(amounts)
    if len(paid) < places and sum(paid) < limit:
        assert sum(paid) == max(amounts)
