"""Kafka keeps the contract of the bus."""

import contextlib
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from bus_contract import BusContract
from talent_kit.bus import open_bus
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
