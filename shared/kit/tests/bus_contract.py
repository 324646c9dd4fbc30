"""What every adapter of the event bus must keep: one suite, run against each.

Subclass `BusContract` as a test class and provide the fixtures `connect` (makes a bus on the same
log each time it is called, and closes them all) and `holding` (an appender held open).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

import pytest
from talent_kit.bus import Delivery, EventBus, Message, Subscription

Connect = Callable[[], EventBus]
Holding = Callable[[str, bytes], AbstractAsyncContextManager[None]]
"""Appends one message to a topic, without the commit until the block ends."""


def messages(topic: str, values: Collection[int], key: str = "k") -> list[Message]:
    """Return messages of one key whose values count."""
    return [Message(topic, key, str(value).encode()) for value in values]


def values(deliveries: Collection[Delivery]) -> list[int]:
    """Return what was counted."""
    return [int(delivery.value) for delivery in deliveries]


async def take(subscription: Subscription, count: int, seconds: float = 10) -> list[Delivery]:
    """Fetch until so many messages have come; fails when they do not come in time."""
    taken: list[Delivery] = []
    end = time.monotonic() + seconds
    while len(taken) < count:
        assert time.monotonic() < end, f"{len(taken)} of {count} messages came"
        for batch in (await subscription.fetch(100)).values():
            taken += batch
    return taken


@asynccontextmanager
async def joining(bus: EventBus, group: str, *topics: str) -> AsyncIterator[Subscription]:
    """Join a group."""
    async with bus.subscribe(group, topics) as subscription:
        yield subscription


@pytest.fixture
def topic() -> str:
    """Return a topic that no other test uses."""
    return f"talent.{uuid4().hex}"


class BusContract:
    """The contract of `talent_kit.bus.port`."""

    async def test_what_was_published_arrives_in_order_whoever_listens_first(
        self, connect: Connect, topic: str
    ) -> None:
        bus = connect()
        await bus.publish(messages(topic, range(5)))
        async with joining(bus, "early", topic) as early:
            assert values(await take(early, 5)) == [0, 1, 2, 3, 4]
            await bus.publish(messages(topic, range(5, 8)))
            assert values(await take(early, 3)) == [5, 6, 7]
        async with joining(bus, "late", topic) as late:
            assert values(await take(late, 8)) == list(range(8))

    async def test_a_delivery_is_what_was_sent(self, connect: Connect, topic: str) -> None:
        bus = connect()
        value = "名\0".encode() + b"\xff"
        await bus.publish([Message(topic, "人-1", value)])
        async with joining(bus, "g", topic) as subscription:
            (delivery,) = await take(subscription, 1)
        assert (delivery.partition.topic, delivery.key, delivery.value) == (topic, "人-1", value)

    async def test_publishing_nothing_is_fine(self, connect: Connect, topic: str) -> None:
        bus = connect()
        await bus.publish([])
        await bus.publish(messages(topic, [1]))
        async with joining(bus, "g", topic) as subscription:
            assert values(await take(subscription, 1)) == [1]

    async def test_a_key_keeps_its_order_among_many(self, connect: Connect, topic: str) -> None:
        bus = connect()
        for start in range(0, 60, 20):
            await bus.publish(
                [Message(topic, str(n % 7), str(n).encode()) for n in range(start, start + 20)]
            )
        async with joining(bus, "g", topic) as subscription:
            taken = await take(subscription, 60)
        for key in {delivery.key for delivery in taken}:
            mine = values([delivery for delivery in taken if delivery.key == key])
            assert mine == sorted(mine)
        assert sorted(values(taken)) == list(range(60))

    async def test_several_topics_arrive_apart(self, connect: Connect, topic: str) -> None:
        bus, other = connect(), f"{topic}.other"
        await bus.publish([*messages(topic, [1, 2]), *messages(other, [3])])
        await bus.publish(messages(f"{topic}.unheard", [4]))
        async with joining(bus, "g", topic, other) as subscription:
            taken = await take(subscription, 3)
        by_topic = {(delivery.partition.topic, int(delivery.value)) for delivery in taken}
        assert by_topic == {(topic, 1), (topic, 2), (other, 3)}

    async def test_a_group_goes_on_behind_what_it_committed(
        self, connect: Connect, topic: str
    ) -> None:
        bus = connect()
        await bus.publish(messages(topic, range(5)))
        async with joining(bus, "g", topic) as subscription:
            taken = await take(subscription, 5)
            await subscription.commit(taken[2])
        async with joining(connect(), "g", topic) as subscription:
            assert values(await take(subscription, 2)) == [3, 4]
        async with joining(connect(), "other", topic) as subscription:
            assert values(await take(subscription, 5)) == [0, 1, 2, 3, 4]

    async def test_a_retry_delivers_again_from_there_after_the_pause(
        self, connect: Connect, topic: str
    ) -> None:
        bus = connect()
        await bus.publish(messages(topic, range(4)))
        async with joining(bus, "g", topic) as subscription:
            taken = await take(subscription, 4)
            subscription.retry(taken[1], after=0.3)
            began = time.monotonic()
            assert values(await take(subscription, 3)) == [1, 2, 3]
            assert 0.25 <= time.monotonic() - began < 5

    async def test_a_retry_does_not_hold_up_other_topics(
        self, connect: Connect, topic: str
    ) -> None:
        bus, other = connect(), f"{topic}.other"
        await bus.publish(messages(topic, [1]))
        async with joining(bus, "g", topic, other) as subscription:
            (stuck,) = await take(subscription, 1)
            subscription.retry(stuck, after=2)
            await bus.publish(messages(other, [2]))
            began = time.monotonic()
            assert values(await take(subscription, 1)) == [2]
            assert time.monotonic() - began < 1.8
            assert values(await take(subscription, 1)) == [1]

    async def test_a_fetch_with_nothing_to_come_ends_after_about_a_second(
        self, connect: Connect, topic: str
    ) -> None:
        async with joining(connect(), "g", topic) as subscription:
            began = time.monotonic()
            assert not await subscription.fetch(10)
            assert time.monotonic() - began < 3

    async def test_a_message_wakes_who_waits(self, connect: Connect, topic: str) -> None:
        bus = connect()
        async with joining(bus, "g", topic) as subscription:
            waiting = asyncio.create_task(take(subscription, 1))
            await asyncio.sleep(0.1)
            await connect().publish(messages(topic, [1]))
            assert values(await asyncio.wait_for(waiting, 3)) == [1]

    async def test_two_consumers_of_a_group_share_and_never_repeat(
        self, connect: Connect, topic: str
    ) -> None:
        """Whichever holds the partition gets it all; when it leaves, the other goes on."""
        bus, seen = connect(), list[tuple[str, int]]()
        leave = asyncio.Event()

        async def consume(name: str) -> None:
            async with joining(connect(), "g", topic) as subscription:
                while not (name == "first" and leave.is_set()):
                    for batch in (await subscription.fetch(100)).values():
                        seen.extend((name, value) for value in values(batch))
                        await subscription.commit(batch[-1])

        async def until(count: int) -> None:
            async with asyncio.timeout(20):
                while len(seen) < count:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

        tasks = [asyncio.create_task(consume("first"))]
        await bus.publish(messages(topic, range(5)))
        await until(5)
        tasks.append(asyncio.create_task(consume("second")))
        await asyncio.sleep(0.2)
        await bus.publish(messages(topic, range(5, 10)))
        await until(10)
        leave.set()
        await tasks[0]
        await bus.publish(messages(topic, range(10, 15)))
        await until(15)
        assert [value for _, value in seen] == list(range(15))
        assert {name for name, _ in seen[10:]} == {"second"}
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def test_an_appender_held_open_loses_nothing(
        self, connect: Connect, holding: Holding, topic: str
    ) -> None:
        """Its message has its place; whoever appends later waits, or is not seen before it."""
        bus = connect()
        await bus.publish(messages(topic, [0]))
        seen: list[int] = []
        async with joining(connect(), "g", topic) as subscription:
            async with holding(topic, b"1"):
                later = asyncio.create_task(bus.publish(messages(topic, [2])))
                for _ in range(2):
                    for batch in (await subscription.fetch(100)).values():
                        seen += values(batch)
                        await subscription.commit(batch[-1])
                assert seen in ([0], [0, 2])
            await later
            async with asyncio.timeout(10):
                while len(seen) < 3:
                    for batch in (await subscription.fetch(100)).values():
                        seen += values(batch)
                        await subscription.commit(batch[-1])
        assert sorted(seen) == [0, 1, 2]

    async def test_many_appenders_at_once_lose_nothing(self, connect: Connect, topic: str) -> None:
        async with joining(connect(), "g", topic) as subscription:
            reading = asyncio.create_task(take(subscription, 200))
            await asyncio.gather(
                *(
                    connect().publish(messages(topic, range(n * 10, n * 10 + 10), key=str(n)))
                    for n in range(20)
                )
            )
            taken = values(await reading)
        assert sorted(taken) == list(range(200))

    async def test_the_lag_is_what_a_group_has_not_committed(
        self, connect: Connect, topic: str
    ) -> None:
        bus, other = connect(), f"{topic}.other"
        await bus.publish([*messages(topic, range(5)), *messages(other, [1])])
        assert sum((await bus.lag("g", [topic])).values()) == 5
        async with joining(bus, "g", topic) as subscription:
            taken = await take(subscription, 5)
            assert sum((await bus.lag("g", [topic])).values()) == 5
            await subscription.commit(taken[2])
            lag = await bus.lag("g", [topic, other])
            assert lag[taken[2].partition] == 2
            assert sum(lag.values()) == 3
            await subscription.commit(taken[4])
        assert sum((await bus.lag("g", [topic])).values()) == 0
        assert sum((await bus.lag("late", [topic])).values()) == 5
        assert await bus.lag("g", []) == {}
