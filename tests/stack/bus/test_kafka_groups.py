"""Consumers that come and go in the middle of a batch: no partition in two hands, no step back."""

import asyncio
import time
from uuid import uuid4

import pytest
from bus_contract import joining
from talent_kit.bus import KafkaBus, Message
from waiting import until

MESSAGES = 60


@pytest.fixture
async def topic(broker):
    name = f"talent.{uuid4().hex}"
    broker.make(name, partitions=4)
    bus = KafkaBus(broker.url())
    await bus.publish([Message(name, str(n), str(n).encode()) for n in range(MESSAGES)])
    await bus.close()
    return name


@pytest.fixture
def bus_of(broker):
    return lambda rebalance: KafkaBus(broker.url(), rebalance=rebalance)


async def hold(subscription):
    """Fetch until a batch came, and keep it."""
    while True:
        if batches := await subscription.fetch(500):
            return [delivery for batch in batches.values() for delivery in batch]


async def drain(subscription, seen, name="late"):
    while True:
        for batch in (await subscription.fetch(500)).values():
            seen += [(name, delivery) for delivery in batch]
            await subscription.commit(batch[-1])


async def finish(task):
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_joins_waits_until_the_batch_in_hand_is_done(bus_of, topic):
    seen = []
    async with (
        joining(bus_of(30), "g", topic) as first,
        asyncio.timeout(40),
    ):
        held = await hold(first)
        assert held

        async def late():
            async with joining(bus_of(30), "g", topic) as second:
                await drain(second, seen)

        task = asyncio.create_task(late())
        await asyncio.sleep(4)
        assert not seen, "a partition was in two hands"
        for partition in {delivery.partition for delivery in held}:
            mine = [delivery for delivery in held if delivery.partition == partition]
            await first.commit(mine[-1])
        seen += [("first", delivery) for delivery in held]
        rest = asyncio.create_task(drain(first, seen, "first"))
        await until(lambda: len(seen) >= MESSAGES, 20)
        await asyncio.sleep(1)
        places = [(delivery.partition, delivery.position) for _, delivery in seen]
        assert len(places) == len(set(places)) == MESSAGES
        await finish(rest)
        await finish(task)


async def test_who_takes_too_long_loses_them_and_turns_nobody_back(bus_of, topic):
    seen, bus = [], bus_of(3)
    async with joining(bus, "g", topic) as slow, asyncio.timeout(60):
        held = await hold(slow)

        async def late():
            async with joining(bus_of(3), "g", topic) as second:
                await drain(second, seen)

        task = asyncio.create_task(late())
        mine = {delivery.partition for delivery in held}
        await until(lambda: {d.partition for _, d in seen} & mine, 30)
        # The slow one went on with some of them: only what it does not hold is looked at.
        taken = {delivery.partition for _, delivery in seen}
        before = await bus.lag("g", [topic])
        for delivery in held:
            await slow.commit(delivery)
            slow.retry(delivery, after=0.1)
        after = await bus.lag("g", [topic])
        assert all(after[partition] <= before[partition] for partition in taken)
        assert all(after[partition] == before[partition] for partition in mine - taken)
        rest = asyncio.create_task(drain(slow, seen, "slow"))

        async def nothing_waits():
            return sum((await bus.lag("g", [topic])).values()) == 0

        await until(nothing_waits, 20)
        await finish(rest)
        await finish(task)


async def test_a_consumer_that_leaves_hands_over_at_once(bus_of, topic):
    seen = []
    async with joining(bus_of(30), "g", topic) as first:
        held = await hold(first)
        await first.commit(held[0])
    began = time.monotonic()
    async with joining(bus_of(30), "g", topic) as second:
        task = asyncio.create_task(drain(second, seen))
        await until(lambda: len(seen) >= MESSAGES - held[0].position - 1, 20)
        await finish(task)
    assert time.monotonic() - began < 5
    places = {(delivery.partition, delivery.position) for _, delivery in seen}
    assert len(places) == MESSAGES - held[0].position - 1
