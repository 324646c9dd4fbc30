"""The embedded bus keeps the contract, and outlasts lost connections."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from bus_contract import BusContract, joining, messages, take, topic, values
from talent_kit.bus import EmbeddedBus, Message
from talent_kit.bus.embedded import _APPEND, _DRAW
from talent_kit.wakeup import asyncpg_dsn

__all__ = ["topic"]


@pytest.fixture
async def url(databases):
    url = await databases.create()
    yield url
    await databases.drop(url)


@pytest.fixture
async def connect(url):
    made = []

    def connect():
        made.append(EmbeddedBus(url))
        return made[-1]

    yield connect
    for bus in made:
        await bus.close()


@pytest.fixture
def holding(url):
    @contextlib.asynccontextmanager
    async def hold(topic, value):
        connection = await asyncpg.connect(asyncpg_dsn(url))
        async with connection.transaction():
            first = await connection.fetchval(_DRAW, topic, 1)
            await connection.execute(_APPEND, topic, first, ["held"], [value])
            yield
        await connection.close()

    return hold


class TestEmbeddedBus(BusContract):
    """The suite of every adapter."""


async def cut(url):
    connection = await asyncpg.connect(asyncpg_dsn(url))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_positions_are_in_the_order_of_commits(connect, holding, topic, url):
    """A later appender waits for the one held open, so that no reader passes a gap."""
    bus = connect()
    async with joining(bus, "g", topic) as subscription:
        async with holding(topic, b"1"):
            later = asyncio.create_task(bus.publish(messages(topic, [2])))
            await asyncio.sleep(0.1)
            assert not later.done()
            assert not await subscription.fetch(10)
        await later
        taken = await take(subscription, 2)
    assert [(d.position, int(d.value)) for d in taken] == [(0, 1), (1, 2)]


async def test_an_appender_of_another_topic_does_not_wait(connect, holding, topic):
    await connect().publish([])
    async with holding(topic, b"1"):
        await asyncio.wait_for(connect().publish(messages(f"{topic}.other", [2])), 2)


async def test_an_append_that_is_rolled_back_leaves_no_gap(connect, holding, topic):
    bus = connect()
    await bus.publish(messages(topic, [0]))
    with contextlib.suppress(LookupError):
        async with holding(topic, b"1"):
            raise LookupError
    await bus.publish(messages(topic, [2]))
    async with joining(bus, "g", topic) as subscription:
        taken = await take(subscription, 2)
    assert [(d.position, int(d.value)) for d in taken] == [(0, 0), (1, 2)]


async def test_whoever_loses_the_group_s_lock_stops_reading(connect, topic, url):
    bus = connect()
    await bus.publish(messages(topic, range(3)))
    async with joining(bus, "g", topic) as subscription:
        assert values(await take(subscription, 3)) == [0, 1, 2]
        await cut(url)
        await asyncio.sleep(0.05)
        with pytest.raises(ConnectionError):
            await subscription.fetch(10)
    async with joining(bus, "g", topic) as subscription:
        assert values(await take(subscription, 3)) == [0, 1, 2]


async def test_publishing_goes_on_after_the_connections_were_cut(connect, topic, url):
    bus = connect()
    await bus.publish(messages(topic, [1]))
    await cut(url)
    await asyncio.sleep(0.05)
    await bus.publish(messages(topic, [2]))
    async with joining(bus, "g", topic) as subscription:
        assert values(await take(subscription, 2)) == [1, 2]


async def test_a_batch_that_fails_leaves_nothing(connect, topic):
    bus = connect()
    await bus.publish(messages(topic, [1]))
    with pytest.raises(asyncpg.PostgresError):
        await bus.publish([*messages(topic, [2]), *messages(f"{topic}.x", [3], key="nul\0")])
    async with joining(bus, "g", topic, f"{topic}.x") as subscription:
        assert values(await take(subscription, 1)) == [1]
        assert not await subscription.fetch(10)


async def test_two_processes_may_make_the_tables_at_once(connect, topic):
    await asyncio.gather(*(connect().publish(messages(topic, [n])) for n in range(6)))


async def held(url):
    connection = await asyncpg.connect(asyncpg_dsn(url))
    rows = await connection.fetch("SELECT value FROM message ORDER BY topic, position")
    await connection.close()
    return [row["value"] for row in rows]


async def test_forgetting_removes_what_holds_the_mention_but_what_is_kept(connect, url, topic):
    bus, other = connect(), f"{topic}.other"
    given = [(topic, b"of anna"), (topic, b"of bert"), (topic, b"anna erased"), (other, b"anna")]
    await bus.publish([Message(where, "key", value) for where, value in given])
    for expected in (1, 0):
        gone = await bus.forget(topic, b"anna", lambda value: value.endswith(b"erased"))
        assert gone == expected
    assert await held(url) == [b"of bert", b"anna erased", b"anna"]
    async with joining(bus, "late", topic) as subscription:
        assert [one.value for one in await take(subscription, 2)] == [b"of bert", b"anna erased"]


async def test_pruning_removes_what_is_old_and_read_by_every_group(connect, url, topic):
    bus = connect()
    await bus.publish(messages(topic, [1, 2, 3]))
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await bus.prune(later) == 0, "nobody has read yet"
    for group, count in (("fast", 3), ("slow", 2)):
        async with joining(bus, group, topic) as subscription:
            for delivery in (await take(subscription, 3))[:count]:
                await subscription.commit(delivery)
    assert await bus.prune(later - timedelta(minutes=2)) == 0
    assert await bus.prune(later) == 2
    assert await held(url) == [b"3"]
    await bus.publish(messages(topic, [4]))
    async with joining(bus, "slow", topic) as subscription:
        assert values(await take(subscription, 2)) == [3, 4]
