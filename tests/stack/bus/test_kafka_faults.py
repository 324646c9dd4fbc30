"""The broker dies or hangs under a relay and consumers: no event lost, none takes effect twice."""

import asyncio
import time
from uuid import uuid4

import pytest
from bus_contract import messages
from kit_sample import main
from kit_sample.process import BrokenRelay, consumer_of, write
from sqlalchemy import text
from talent_kit.bus import BusUnavailableError, KafkaBus
from talent_kit.database import Database
from talent_kit.migrations import migrate
from talent_kit.outbox import Relay
from waiting import until

pytestmark = pytest.mark.crash

PATIENCE = 3.0
COUNTS = """
SELECT (SELECT count(*) FROM note) AS facts,
       (SELECT count(*) FROM outbox) AS waiting,
       (SELECT count(*) FROM parked) AS parked,
       (SELECT count(*) FROM inbox) AS consumed,
       (SELECT count(*) FROM effect) AS effects,
       (SELECT count(*) FROM effect WHERE applied <> 1) AS repeated
"""


def nothing_lost(counts):
    """The check of this file: each fact consumed, each effect once."""
    return (
        counts.facts > 0
        and counts.facts == counts.consumed == counts.effects
        and counts.waiting == counts.parked == counts.repeated == 0
    )


class OwnTopic(KafkaBus):
    """Sends to a topic of the test's own, and reads it, whatever the events say."""

    def __init__(self, url, topic):
        super().__init__(url, patience=PATIENCE, rebalance=6)
        self._topic = topic

    async def publish(self, messages):
        await super().publish([message._replace(topic=self._topic) for message in messages])

    def subscribe(self, group, _):
        return super().subscribe(group, [self._topic])


class Scene:
    """A service of which everything lives: who writes facts, the relay, two consumers."""

    def __init__(self, broker, url, topic, relay):
        self.broker = broker
        self.database = Database(url, 8)
        self.buses = [OwnTopic(broker.url(), topic) for _ in range(3)]
        self.writing = asyncio.create_task(write(self.database))
        self.working = [
            asyncio.create_task(relay(self.database, self.buses[0]).run()),
            *(asyncio.create_task(consumer_of(self.database, b).run()) for b in self.buses[1:]),
        ]

    async def counts(self):
        async with self.database.transaction() as session:
            return (await session.execute(text(COUNTS))).one()

    async def reaches(self, more):
        """Wait until so many more facts have taken effect."""
        first = (await self.counts()).effects

        async def reached():
            return (await self.counts()).effects >= first + more

        await until(reached, 60)

    async def settle(self):
        """Write no more, and wait until nothing moves; return the counts."""
        self.writing.cancel()
        await asyncio.gather(self.writing, return_exceptions=True)
        still, last = 0, None
        async with asyncio.timeout(90):
            while still < 12:
                await asyncio.sleep(0.5)
                counts = await self.counts()
                still = still + 1 if counts == last and not counts.waiting else 0
                last = counts
        return last

    async def end(self):
        for task in (self.writing, *self.working):
            task.cancel()
        await asyncio.gather(self.writing, *self.working, return_exceptions=True)
        for bus in self.buses:
            await bus.close()
        await self.database.close()


@pytest.fixture
async def play(broker, databases):
    scenes = []

    async def play(relay=Relay):
        topic = f"talent.{uuid4().hex}"
        broker.make(topic)
        url = await databases.create()
        await migrate(url, main.MIGRATIONS)
        scenes.append(Scene(broker, url, topic, relay))
        await scenes[-1].reaches(50)
        return scenes[-1]

    yield play
    for scene in scenes:
        await scene.end()


async def kill_and_start(broker):
    broker.end()
    await asyncio.sleep(PATIENCE)
    await asyncio.to_thread(broker.start)


async def test_a_broker_killed_loses_and_repeats_nothing(play, broker):
    scene = await play()
    await kill_and_start(broker)
    await scene.reaches(50)
    counts = await scene.settle()
    assert nothing_lost(counts), counts


async def test_a_broker_that_hangs_loses_and_repeats_nothing(play, broker):
    scene = await play()
    broker.stop_still()
    await asyncio.sleep(2 * PATIENCE)
    broker.go_on()
    await scene.reaches(50)
    counts = await scene.settle()
    assert nothing_lost(counts), counts


async def test_the_check_finds_what_a_relay_loses_that_commits_before_the_answer(play, broker):
    scene = await play(BrokenRelay)
    await kill_and_start(broker)
    await scene.reaches(20)
    counts = await scene.settle()
    assert not nothing_lost(counts)
    assert counts.consumed < counts.facts


async def test_publishing_ends_in_bounded_time_while_the_broker_hangs(broker):
    topic = f"talent.{uuid4().hex}"
    broker.make(topic)
    warm, cold = (KafkaBus(broker.url(), patience=PATIENCE) for _ in range(2))
    await warm.publish(messages(topic, [0]))
    broker.stop_still()
    try:
        for bus in (warm, warm, cold):
            began = time.monotonic()
            with pytest.raises(BusUnavailableError):
                await bus.publish(messages(topic, range(1, 5)))
            assert time.monotonic() - began < PATIENCE + 2
    finally:
        broker.go_on()
    await warm.publish(messages(topic, [9]))
    await warm.close()
    await cold.close()


async def test_without_a_broker_everything_says_so(broker):
    nowhere = KafkaBus("kafka://u:p@127.0.0.1:9?security=SASL_PLAINTEXT", patience=PATIENCE)
    with pytest.raises(BusUnavailableError):
        await nowhere.publish(messages("talent.identity", [1]))
    with pytest.raises(BusUnavailableError):
        async with nowhere.subscribe("g", ["talent.identity"]):
            pass
    with pytest.raises(BusUnavailableError):
        await nowhere.lag("g", ["talent.identity"])
    await nowhere.close()
