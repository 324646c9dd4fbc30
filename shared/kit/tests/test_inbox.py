"""Each event takes effect once; what fails is parked, and holds up its own key alone."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from kit_sample.main import count
from kit_sample.models import Effect
from sqlalchemy import text
from sqlmodel import select
from talent_contracts import CloudEvent, CodeIssued
from talent_kit.bus import Delivery, Message, Partition
from talent_kit.identifiers import new_id
from talent_kit.inbox import Consumer, forget_processed, inbox_figures
from waiting import until


def message(serial, talent, *, event_id=None, kind=CodeIssued.TYPE, **data):
    envelope = CloudEvent(
        id=event_id or new_id(),
        source="/identity",
        type=kind,
        subject=str(talent),
        time="2026-01-01T00:00:00Z",
        data={"version": serial, "talent_id": str(talent), "serial": serial} | data,
    )
    return Message("talent.identity", str(talent), envelope.model_dump_json().encode())


class Inbox:
    """A consumer on the sample's database whose handler fails on demand."""

    def __init__(self, sample):
        self.sample = sample
        self.bus = sample.service.bus
        self.order = []
        self.failing = {}
        self.consumer = Consumer(
            group="sample",
            database=sample.service.database,
            bus=sample.service.bus,
            subscriptions={CodeIssued: self.handle},
            clock=sample.clock,
            tracer=sample.service.telemetry.tracer,
        )

    async def handle(self, session, event):
        await count(session, event)
        error = self.failing.get(event.serial)
        if error is not None:
            raise error
        self.order.append(event.serial)

    async def take(self, *messages):
        """Publish and handle messages, as one fetch; return how many were committed."""
        await self.bus.publish(messages)
        async with self.bus.subscribe("sample", ["talent.identity"]) as subscription:
            await self.consumer.step(subscription)

    async def effects(self):
        async with self.sample.service.database.transaction() as session:
            rows = await session.exec(select(Effect).order_by(Effect.serial))
            return {row.serial: row.applied for row in rows}

    async def parked(self):
        async with self.sample.service.database.transaction() as session:
            rows = await session.execute(text("SELECT reason FROM parked ORDER BY position"))
            return rows.scalars().all()

    async def figures(self):
        async with self.sample.service.database.transaction() as session:
            return await inbox_figures(session)


@pytest.fixture
def inbox(sample):
    return Inbox(sample)


async def test_an_event_takes_effect_once_however_often_it_comes(inbox):
    talent, event_id = new_id(), new_id()
    again = message(1, talent, event_id=event_id)
    await inbox.take(again, again, message(2, talent))
    await inbox.take(again)
    assert await inbox.effects() == {1: 1, 2: 1}
    assert (await inbox.figures())["consumed"] == {CodeIssued.TYPE: 2}


async def test_two_consumers_at_once_apply_it_once(inbox):
    talent, partition = new_id(), Partition("talent.identity", 0)
    sent = message(1, talent)
    delivery = Delivery(partition, 0, sent.key, sent.value)
    await asyncio.gather(*(inbox.consumer._deliver(delivery) for _ in range(6)))
    assert await inbox.effects() == {1: 1}


async def test_an_effect_and_its_mark_are_one_transaction(inbox):
    inbox.failing[1] = asyncio.CancelledError()
    talent = new_id()
    with pytest.raises(asyncio.CancelledError):
        await inbox.take(message(1, talent))
    assert (await inbox.effects(), (await inbox.figures())["consumed"]) == ({}, {})
    inbox.failing.clear()
    await inbox.take()
    assert await inbox.effects() == {1: 1}


async def test_what_is_not_subscribed_to_is_passed_over(inbox):
    talent = new_id()
    await inbox.take(message(1, talent, kind="talent.identity.code.shown.v1"), message(2, talent))
    assert await inbox.effects() == {2: 1}
    assert await inbox.parked() == []


async def test_an_unknown_field_is_ignored(inbox):
    await inbox.take(message(1, new_id(), colour="red"))
    assert await inbox.effects() == {1: 1}


async def test_a_transient_error_pauses_the_partition_and_resumes_in_order(inbox, caplog):
    talent = new_id()
    inbox.failing[2] = ConnectionResetError("zhangsan")
    await inbox.bus.publish([message(n, talent) for n in (1, 2, 3)])
    async with inbox.bus.subscribe("sample", ["talent.identity"]) as subscription:
        await inbox.consumer.step(subscription)
        assert await inbox.effects() == {1: 1}
        inbox.failing.clear()
        inbox.order.clear()
        await inbox.consumer.step(subscription)
        await inbox.consumer.step(subscription)
    assert inbox.order == [2, 3]
    assert await inbox.parked() == []
    assert "zhangsan" not in caplog.text


async def test_a_message_that_keeps_failing_is_parked_with_those_behind_it(inbox, caplog):
    one, two = new_id(), new_id()
    inbox.failing[1] = LookupError("zhangsan")
    await inbox.take(message(1, one), message(2, one), message(7, two), message(3, one))
    assert inbox.order == [7]
    assert await inbox.effects() == {7: 1}
    assert await inbox.parked() == ["LookupError", "behind-parked", "behind-parked"]
    assert (await inbox.figures())["parked"] == 3
    assert "zhangsan" not in caplog.text
    failures = [record for record in caplog.records if record.message == "message failed"]
    assert len(failures) == 3


async def test_replay_handles_parked_messages_in_order(inbox):
    talent = new_id()
    inbox.failing[1] = LookupError()
    await inbox.take(*(message(n, talent) for n in (1, 2, 3)))
    assert await inbox.consumer.replay_parked() == {"replayed": 0, "remaining": 3}
    inbox.failing.clear()
    assert await inbox.consumer.replay_parked() == {"replayed": 3, "remaining": 0}
    assert inbox.order == [1, 2, 3]
    assert await inbox.effects() == {1: 1, 2: 1, 3: 1}
    await inbox.take(message(4, talent))
    assert inbox.order == [1, 2, 3, 4]


async def test_replay_goes_on_with_other_keys_where_one_still_fails(inbox):
    one, two = new_id(), new_id()
    inbox.failing |= {1: LookupError(), 5: LookupError()}
    await inbox.take(message(1, one), message(2, one), message(5, two), message(6, two))
    del inbox.failing[5]
    assert await inbox.consumer.replay_parked() == {"replayed": 2, "remaining": 2}
    assert inbox.order == [5, 6]


async def test_a_message_that_is_delivered_again_after_parking_is_parked_once(inbox):
    talent = new_id()
    inbox.failing[1] = LookupError()
    sent = [message(1, talent), message(2, talent)]
    await inbox.take(*sent, *sent)
    assert await inbox.parked() == ["LookupError", "behind-parked"]
    inbox.failing.clear()
    await inbox.consumer.replay_parked()
    await inbox.take(*sent)
    assert await inbox.effects() == {1: 1, 2: 1}
    assert await inbox.parked() == []


async def test_replay_racing_with_the_consumer_keeps_the_order(inbox):
    talent = new_id()
    inbox.failing[1] = LookupError()
    await inbox.take(*(message(n, talent) for n in range(1, 11)))
    inbox.failing.clear()
    await inbox.bus.publish([message(n, talent) for n in range(11, 31)])
    done = asyncio.Event()

    async def consume():
        async with inbox.bus.subscribe("sample", ["talent.identity"]) as subscription:
            await inbox.consumer.step(subscription)
        done.set()

    async def replay():
        while not done.is_set():
            await inbox.consumer.replay_parked()

    await asyncio.gather(consume(), replay())
    await inbox.consumer.replay_parked()
    assert await inbox.parked() == []
    assert inbox.order == list(range(1, 31))
    assert set((await inbox.effects()).values()) == {1}


@asynccontextmanager
async def raw(inbox, *values):
    await inbox.bus.publish([Message("talent.identity", "k", value) for value in values])
    async with inbox.bus.subscribe("sample", ["talent.identity"]) as subscription:
        yield subscription


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"{}",
        b"[" * 5000,
        json.dumps({"type": CodeIssued.TYPE, "id": "x"}).encode(),
    ],
    ids=["empty", "bytes", "object", "deep", "cut"],
)
async def test_malformed_bytes_are_parked_and_others_go_on(inbox, value):
    good = message(1, new_id())
    async with raw(inbox, value, good.value) as subscription:
        await inbox.consumer.step(subscription)
    assert await inbox.parked() == ["ValidationError", "behind-parked"]
    await inbox.take(message(2, new_id()))
    assert await inbox.effects() == {2: 1}


async def test_data_that_do_not_fit_the_type_are_parked(inbox):
    await inbox.take(message(1, new_id(), talent_id="none"))
    assert await inbox.parked() == ["ValidationError"]


async def test_malformed_messages_of_two_topics_at_one_place_are_both_kept(inbox):
    for topic in ("talent.identity", "talent.policy"):
        for number in (0, 1):
            delivery = Delivery(Partition(topic, number), 0, "k", topic.encode())
            await inbox.consumer._deliver(delivery)
            await inbox.consumer._deliver(delivery)
    assert len(await inbox.parked()) == 4


async def test_marks_are_forgotten_after_their_days_and_stay_counted(sample, inbox):
    await inbox.take(message(1, new_id()))
    sample.clock.move(timedelta(days=30))
    await inbox.take(message(2, new_id()))
    for moved, kept in [(timedelta(), 2), (timedelta(seconds=1), 1)]:
        sample.clock.move(moved)
        async with sample.service.database.transaction() as session:
            await forget_processed(session, sample.clock, 30)
            assert await session.scalar(text("SELECT count(*) FROM inbox")) == kept
        assert (await inbox.figures())["consumed"] == {CodeIssued.TYPE: 2}


async def test_the_loop_joins_again_when_its_connection_is_lost(sample, inbox):
    running = asyncio.create_task(inbox.consumer.run())
    await inbox.bus.publish([message(1, new_id())])
    await until(lambda: inbox.order == [1])
    await inbox.bus._pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await inbox.bus.publish([message(2, new_id())])
    await until(lambda: inbox.order == [1, 2])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
