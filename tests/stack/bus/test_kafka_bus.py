"""Kafka keeps the contract of the bus."""

import contextlib
import random
import zlib
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from bus_contract import BusContract, joining, messages, take, values
from talent_kit.bus import BusUnavailableError, Message, open_bus
from talent_kit.bus.kafka_url import connection_settings


@pytest.fixture
def topic(broker):
    """Return a topic that no other test uses; its two neighbours are there as well."""
    name = f"talent.{uuid4().hex}"
    broker.make(name, f"{name}.other", f"{name}.unheard")
    return name


@pytest.fixture
async def connect(broker):
    made = []

    def connect():
        made.append(open_bus(broker.url()))
        return made[-1]

    yield connect
    for bus in made:
        await bus.close()


@pytest.fixture
def holding(broker):
    """An appender held open is a transaction that has not ended."""

    @contextlib.asynccontextmanager
    async def hold(topic, value):
        producer = AIOKafkaProducer(
            **connection_settings(broker.url()), transactional_id=f"held-{topic}"
        )
        await producer.start()
        try:
            async with producer.transaction():
                await producer.send_and_wait(topic, value, key=b"held")
                yield
        finally:
            await producer.stop()

    return hold


class TestKafkaBus(BusContract):
    """The suite of every adapter."""


async def test_a_key_keeps_its_partition_whoever_sends(connect, topic):
    for _ in range(2):
        await connect().publish([Message(topic, key, b"1") for key in "abcdef"])
    async with joining(connect(), "g", topic) as subscription:
        taken = await take(subscription, 12)
    places = {(delivery.key, delivery.partition.number) for delivery in taken}
    assert places == {(key, zlib.crc32(key.encode()) % 3) for key in "abcdef"}


async def test_a_batch_larger_than_one_request_keeps_its_order(connect, topic):
    """Each message is near the broker's limit, so that every one goes in a batch of its own."""
    large = [Message(topic, "k", b"%d " % n + b"\0" * 900_000) for n in range(4)]
    await connect().publish([*large, Message(topic, "k", b"4 ")])
    async with joining(connect(), "g", topic) as subscription:
        taken = await take(subscription, 5)
    assert [int(delivery.value.split()[0]) for delivery in taken] == [0, 1, 2, 3, 4]


async def test_a_message_past_the_limit_is_refused_with_all_that_follow(connect, topic):
    bus = connect()
    await bus.publish(messages(topic, [1]))
    noise = random.Random(1).randbytes(3_000_000)
    with pytest.raises(BusUnavailableError, match="MessageSizeTooLarge"):
        await bus.publish([Message(topic, "k", noise), *messages(topic, [2])])
    await bus.publish(messages(topic, [3]))
    async with joining(bus, "g", topic) as subscription:
        assert values(await take(subscription, 2)) == [1, 3]
