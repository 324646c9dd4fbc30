"""Messages that come together are handled in one transaction, in the order of each key."""

import json

import pytest
from kit_sample.main import count
from talent_contracts import CloudEvent, CodeIssued
from talent_kit.bus import Delivery, Message, Partition
from talent_kit.identifiers import new_id
from talent_kit.inbox import Consumer, Many
from test_inbox import Inbox, message


class CodeVoided(CodeIssued):
    """Another event of the same aggregate."""

    TYPE = "talent.identity.code.voided-for-test.v1"


@pytest.fixture
def inbox(sample):
    return Inbox(sample)


def consumer(inbox, subscriptions):
    return Consumer(
        group="sample",
        database=inbox.sample.service.database,
        bus=inbox.bus,
        subscriptions=subscriptions,
        clock=inbox.sample.clock,
        tracer=inbox.sample.service.telemetry.tracer,
    )


class Recorder:
    """A handler of many that keeps what it was given, and fails on demand."""

    def __init__(self):
        self.calls = []
        self.failing = None

    async def handle(self, session, events):
        self.calls.append([event.serial for event in events])
        for event in events:
            if isinstance(event, CodeIssued):
                await count(session, event)
            if event.serial == self.failing:
                raise RuntimeError


class Fetched:
    """A subscription of which one fetch brings a message of each of some partitions."""

    def __init__(self, *messages):
        self.batches = {}
        for number, sent in enumerate(messages):
            partition = Partition(sent.topic, number)
            self.batches[partition] = [Delivery(partition, 7, sent.key, sent.value)]
        self.commits = []
        self.retried = []

    async def fetch(self, _):
        return self.batches

    async def commit(self, *last):
        self.commits.append({each.partition.number: each.position for each in last})

    def retry(self, delivery, **_):
        self.retried.append(delivery.partition.number)


def voided(serial, talent):
    return message(serial, talent, kind=CodeVoided.TYPE)


async def test_a_handler_of_many_gets_all_at_once_in_order(inbox):
    recorder = Recorder()
    many = Many(recorder.handle)
    inbox.consumer = consumer(inbox, {CodeIssued: many, CodeVoided: many})
    first, second = new_id(), new_id()
    await inbox.take(message(1, first), message(2, second), voided(3, first), message(4, second))
    assert recorder.calls == [[1, 2, 3, 4]]
    assert sum((await inbox.figures())["consumed"].values()) == 4


async def test_two_handlers_never_turn_the_messages_of_a_key_round(inbox):
    order = []

    def noting(session, events):
        order.extend(event.serial for event in events)

    async def issued(session, events):
        noting(session, events)

    async def gone(session, events):
        noting(session, events)

    inbox.consumer = consumer(inbox, {CodeIssued: Many(issued), CodeVoided: Many(gone)})
    first, second = new_id(), new_id()
    await inbox.take(
        message(1, first), voided(2, first), message(3, first), message(4, second), voided(5, first)
    )
    assert [serial for serial in order if serial != 4] == [1, 2, 3, 5]


async def test_one_that_fails_is_found_and_parked_and_the_others_take_effect_once(inbox):
    recorder = Recorder()
    recorder.failing = 2
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    await inbox.take(*(message(serial, new_id()) for serial in (1, 2, 3)))
    assert recorder.calls[0] == [1, 2, 3]
    assert await inbox.effects() == {1: 1, 3: 1}
    assert await inbox.parked() == ["RuntimeError"]


async def test_the_same_message_twice_in_a_batch_takes_effect_once(inbox):
    recorder = Recorder()
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    talent, event_id = new_id(), new_id()
    twice = message(1, talent, event_id=event_id)
    await inbox.take(twice, message(2, talent), twice)
    assert recorder.calls == [[1, 2]]
    await inbox.take(twice, message(3, talent))
    assert recorder.calls[1:] == [[3]]


async def test_one_behind_a_parked_message_waits_and_the_rest_go_on(inbox):
    talent, other = new_id(), new_id()
    inbox.failing[1] = RuntimeError()
    await inbox.take(message(1, talent), message(2, other))
    inbox.failing.clear()
    await inbox.take(message(3, talent), message(4, other))
    assert await inbox.effects() == {2: 1, 4: 1}
    assert await inbox.parked() == ["RuntimeError", "behind-parked"]
    await inbox.consumer.replay_parked()
    assert await inbox.effects() == {1: 1, 2: 1, 3: 1, 4: 1}


async def test_a_span_of_several_links_to_the_trace_of_each(inbox, spans):
    recorder = Recorder()
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    traces = ["0af7651916cd43dd8448eb211c80319c", "1bf7651916cd43dd8448eb211c80319d"]
    traced = []
    for serial, trace in enumerate(traces):
        plain = message(serial, new_id())
        envelope = json.loads(plain.value) | {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
        value = CloudEvent.model_validate(envelope).model_dump_json().encode()
        traced.append(Message(plain.topic, plain.key, value))
    spans.clear()
    await inbox.take(*traced)
    (span,) = spans.get_finished_spans()
    assert [f"{link.context.trace_id:032x}" for link in span.links] == traces


async def test_what_came_of_several_partitions_is_one_transaction_and_one_commit(inbox):
    recorder = Recorder()
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    fetched = Fetched(*(message(serial, new_id()) for serial in (1, 2, 3)))
    await inbox.consumer.step(fetched)
    assert recorder.calls == [[1, 2, 3]]
    assert fetched.commits == [{0: 7, 1: 7, 2: 7}]
    assert await inbox.effects() == {1: 1, 2: 1, 3: 1}


async def test_a_partition_that_fails_keeps_no_other_from_its_effects_and_its_commit(inbox):
    recorder = Recorder()
    recorder.failing = 2
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    fetched = Fetched(*(message(serial, new_id()) for serial in (1, 2, 3)))
    await inbox.consumer.step(fetched)
    assert await inbox.effects() == {1: 1, 3: 1}
    assert await inbox.parked() == ["RuntimeError"]
    assert sorted(map(str, fetched.commits)) == ["{0: 7}", "{1: 7}", "{2: 7}"]


async def test_a_partition_that_must_wait_is_retried_alone(inbox):
    async def handle(session, events):
        for event in events:
            await count(session, event)
            if event.serial == 2:
                raise ConnectionResetError

    inbox.consumer = consumer(inbox, {CodeIssued: Many(handle)})
    fetched = Fetched(*(message(serial, new_id()) for serial in (1, 2, 3)))
    await inbox.consumer.step(fetched)
    assert await inbox.effects() == {1: 1, 3: 1}
    assert fetched.retried == [1]
    assert sorted(map(str, fetched.commits)) == ["{0: 7}", "{2: 7}"]


async def test_a_parked_key_of_one_topic_holds_up_no_other_topic(inbox):
    recorder = Recorder()
    inbox.consumer = consumer(inbox, {CodeIssued: Many(recorder.handle)})
    talent = new_id()
    broken = message(1, talent, talent_id="none")
    await inbox.consumer.step(Fetched(broken))
    assert await inbox.parked() == ["ValidationError"]
    elsewhere = message(2, talent)._replace(topic="talent.elsewhere")
    await inbox.consumer.step(Fetched(elsewhere, message(3, new_id())))
    assert recorder.calls == [[2, 3]]
    assert await inbox.parked() == ["ValidationError"]
