"""What was saved is sent, in order per key, whatever fails between."""

import asyncio
import contextlib
import json
from collections import defaultdict
from datetime import timedelta

import pytest
from talent_contracts import CloudEvent, CodeIssued, PackPublished
from talent_kit import outbox as kit
from talent_kit.database import savepoint
from talent_kit.identifiers import new_id
from talent_kit.outbox import Relay, counted, outbox_figures, save_event, save_events
from waiting import until


class RecordingBus:
    """A bus that keeps what it was sent, and fails when told."""

    def __init__(self):
        self.sent = []
        self.fail_before = 0
        self.fail_after = 0
        self.gate = None

    async def publish(self, messages):
        if self.gate is not None:
            await self.gate.wait()
        if self.fail_before:
            self.fail_before -= 1
            raise ConnectionError("zhangsan")
        self.sent += messages
        if self.fail_after:
            self.fail_after -= 1
            raise ConnectionError("zhangsan")

    def serials(self):
        by_key = defaultdict(list)
        for message in self.sent:
            by_key[message.key].append(json.loads(message.value)["data"]["serial"])
        return dict(by_key)


@pytest.fixture
def bus():
    return RecordingBus()


@pytest.fixture
def relay(sample, bus):
    return Relay(sample.service.database, bus)


@pytest.fixture
def save(sample):
    async def save(*serials, talent=None):
        talent = talent or new_id()
        async with sample.service.database.transaction() as session:
            for serial in serials:
                event = CodeIssued(version=serial, talent_id=talent, serial=serial)
                await save_event(session, sample.clock, event)
        return str(talent)

    return save


async def waiting(sample):
    async with sample.service.database.transaction() as session:
        return (await outbox_figures(session, sample.clock))["waiting"]


async def published(sample):
    async with sample.service.database.transaction() as session:
        return await counted(session, "published")


async def test_an_event_travels_as_a_cloudevent(sample, relay, bus, save):
    key = await save(1)
    assert await relay.step() == 1
    (message,) = bus.sent
    assert (message.topic, message.key) == ("talent.identity", key)
    envelope = CloudEvent.model_validate_json(message.value)
    assert (envelope.source, envelope.subject, envelope.type) == (
        "/identity",
        key,
        CodeIssued.TYPE,
    )
    assert envelope.time == sample.clock.now()
    assert envelope.data == CodeIssued(version=1, talent_id=key, serial=1).model_dump(mode="json")
    assert await waiting(sample) == 0


async def test_a_rolled_back_event_is_never_sent(sample, relay, bus):
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with sample.service.database.transaction() as session:
            event = CodeIssued(version=1, talent_id=new_id(), serial=1)
            await save_event(session, sample.clock, event)
            raise LookupError
    assert await relay.step() == 0
    assert bus.sent == []


@pytest.mark.parametrize(
    ("turn", "steps"), [(13, [14, 6, 0]), (14, [14, 6, 0]), (15, [20, 0]), (20, [20, 0])]
)
async def test_each_key_is_sent_in_order_over_several_batches(
    sample, relay, bus, save, monkeypatch, turn, steps
):
    monkeypatch.setattr(kit, "BATCH", 7)
    monkeypatch.setattr(kit, "_TURN", turn)
    talents = [new_id() for _ in range(4)]
    for serial in range(1, 6):
        for talent in talents:
            await save(serial, talent=talent)
    assert [await relay.step() for _ in steps] == steps
    assert bus.serials() == {str(talent): [1, 2, 3, 4, 5] for talent in talents}
    assert await published(sample) == {CodeIssued.TYPE: 20}


async def test_a_failure_in_the_middle_of_a_turn_takes_all_of_it_back(
    sample, relay, bus, save, monkeypatch
):
    monkeypatch.setattr(kit, "BATCH", 2)
    key = await save(1, 2, 3, 4, 5)
    publish, batches = bus.publish, []

    async def second_fails(messages):
        batches.append(len(messages))
        if len(batches) == 2:
            raise ConnectionError
        await publish(messages)

    monkeypatch.setattr(bus, "publish", second_fails)
    with pytest.raises(ConnectionError):
        await relay.step()
    assert await waiting(sample) == 5
    assert await relay.step() == 5
    assert batches == [2, 2, 2, 2, 1]
    assert bus.serials() == {key: [1, 2, 1, 2, 3, 4, 5]}
    assert await published(sample) == {CodeIssued.TYPE: 5}


async def test_a_failing_bus_loses_nothing_and_repeats_nothing(sample, relay, bus, save):
    key = await save(1, 2, 3)
    bus.fail_before = 2
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await relay.step()
        assert await waiting(sample) == 3
        assert await published(sample) == {}
    assert await relay.step() == 3
    assert bus.serials() == {key: [1, 2, 3]}
    assert await published(sample) == {CodeIssued.TYPE: 3}


async def test_a_crash_after_sending_sends_again_and_counts_once(sample, relay, bus, save):
    key = await save(1, 2)
    bus.fail_after = 1
    with pytest.raises(ConnectionError):
        await relay.step()
    assert await relay.step() == 2
    assert bus.serials() == {key: [1, 2, 1, 2]}
    assert len({json.loads(message.value)["id"] for message in bus.sent}) == 2
    assert await published(sample) == {CodeIssued.TYPE: 2}


async def test_one_relay_works_at_a_time(sample, bus, save):
    one, two = (Relay(sample.service.database, bus) for _ in range(2))
    bus.gate = asyncio.Event()
    await save(1)
    first = asyncio.create_task(one.step())
    await until(lambda: sample.service.database.engine.pool.checkedout() == 1)
    await asyncio.sleep(0.1)
    assert await two.step() == 0
    bus.gate.set()
    assert await first == 1
    await save(2)
    assert await two.step() == 1


async def test_two_relays_at_once_send_everything_once_and_in_order(sample, bus, save):
    relays = [Relay(sample.service.database, bus) for _ in range(2)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    talent = new_id()
    for serial in range(1, 31):
        await save(serial, talent=talent)
        for relay in relays:
            relay.wake()
    await until(lambda: len(bus.sent) >= 30)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert bus.serials() == {str(talent): list(range(1, 31))}


async def test_a_transaction_that_commits_late_is_not_passed_over(sample, relay, bus, save):
    drawn, leave = asyncio.Event(), asyncio.Event()

    async def slow():
        async with sample.service.database.transaction() as session:
            event = CodeIssued(version=1, talent_id=new_id(), serial=99)
            await save_event(session, sample.clock, event)
            drawn.set()
            await leave.wait()

    task = asyncio.create_task(slow())
    await drawn.wait()
    await save(1)
    assert await relay.step() == 1
    leave.set()
    await task
    assert await relay.step() == 1
    assert [serial for (serial,) in bus.serials().values()] == [1, 99]


async def test_the_loop_backs_off_and_goes_on_when_the_bus_is_back(
    sample, relay, bus, save, caplog
):
    bus.fail_before = 3
    running = asyncio.create_task(relay.run())
    await save(1)
    await until(lambda: bus.sent)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    pauses = [record.pause for record in caplog.records if record.message == "relay failed"]
    assert pauses == [0.05, 0.1, 0.2]
    assert "zhangsan" not in caplog.text


async def test_the_figures_tell_length_and_age(sample, relay, save):
    async with sample.service.database.transaction() as session:
        empty = await outbox_figures(session, sample.clock)
    assert empty == {"waiting": 0, "oldest_seconds": 0.0, "published": {}}
    await save(1, 2)
    sample.clock.move(timedelta(seconds=90))
    async with sample.service.database.transaction() as session:
        full = await outbox_figures(session, sample.clock)
    assert full == {"waiting": 2, "oldest_seconds": 90.0, "published": {}}


async def test_topics_go_by_the_service_that_owns_the_type(sample, relay, bus):
    async with sample.service.database.transaction() as session:
        pack = PackPublished(
            version=1, pack_id=new_id(), name="x", region="350700", digest="d", measures=()
        )
        await save_event(session, sample.clock, pack)
    await relay.step()
    assert [message.topic for message in bus.sent] == ["talent.policy"]


async def test_many_events_are_saved_in_their_order_at_once(sample, relay, bus):
    talent = new_id()
    events = [CodeIssued(version=n, talent_id=talent, serial=n) for n in range(1, 40)]
    async with sample.service.database.transaction() as session:
        await save_events(session, sample.clock, [])
        await save_events(session, sample.clock, events)
    await relay.step()
    assert bus.serials() == {str(talent): list(range(1, 40))}


async def test_what_a_savepoint_took_back_is_not_sent(sample, relay, bus):
    talent = new_id()
    async with sample.service.database.transaction() as session:
        for serial in (1, 2, 3):
            event = CodeIssued(version=serial, talent_id=talent, serial=serial)
            with contextlib.suppress(LookupError):
                async with savepoint(session):
                    await save_event(session, sample.clock, event)
                    if serial == 2:
                        raise LookupError
    await relay.step()
    assert bus.serials() == {str(talent): [1, 3]}
