"""Each service's user may do what its service does, and nothing else."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from bus_contract import joining, messages, take, values
from talent_contracts.topics import Topic
from talent_kit.bus import BusUnavailableError, KafkaBus
from talent_stack.kafka import KafkaError
from talent_stack.servers import main

PATIENCE = 5.0


@pytest.fixture
async def bus_of(broker):
    made = []

    def bus_of(user, password=None):
        url = broker.kafka.url(user, password) if password else broker.url(user)
        made.append(KafkaBus(url, patience=PATIENCE))
        return made[-1]

    yield bus_of
    for bus in made:
        await bus.close()


async def test_a_service_writes_its_topic_and_its_subscriber_reads_it(bus_of):
    await bus_of("identity").publish(messages("talent.identity", [1]))
    async with joining(bus_of("policy"), "policy", "talent.identity", "talent.policy") as policy:
        assert values(await take(policy, 1)) == [1]
    assert sum((await bus_of("policy").lag("policy", ["talent.identity"])).values()) == 1


async def test_nobody_writes_another_s_topic(bus_of):
    for user, topic in (("identity", "talent.policy"), ("policy", "talent.identity")):
        with pytest.raises(BusUnavailableError, match="TopicAuthorizationFailed"):
            await bus_of(user).publish(messages(topic, [1]))


async def test_nobody_reads_what_the_service_does_not_subscribe_to(bus_of):
    with pytest.raises(BusUnavailableError, match="sees no topic"):
        async with joining(bus_of("identity"), "identity", "talent.policy") as subscription:
            await take(subscription, 1)


async def test_nobody_is_a_member_of_another_s_group(bus_of):
    with pytest.raises(BusUnavailableError, match="GroupAuthorizationFailed"):
        async with joining(bus_of("policy"), "identity", "talent.identity") as subscription:
            await take(subscription, 1)


@pytest.mark.parametrize("login", [("identity", "wrong"), ("stranger", "any")])
async def test_who_cannot_sign_in_is_refused(bus_of, login):
    with pytest.raises(BusUnavailableError):
        await bus_of(*login).publish(messages("talent.identity", [1]))
    with pytest.raises(BusUnavailableError):
        async with joining(bus_of(*login), "policy", "talent.identity"):
            pass


async def test_a_topic_that_nobody_provisioned_is_not_made_by_using_it(bus_of, broker):
    bus = bus_of("admin")
    with pytest.raises(BusUnavailableError):
        await bus.publish(messages("talent.misspelt", [1]))
    with pytest.raises(BusUnavailableError, match=r"sees no topic talent\.misspelt"):
        async with joining(bus, "g", "talent.misspelt"):
            pass


async def test_a_right_that_is_declared_no_more_is_taken_back(broker, bus_of):
    day = timedelta(days=1)
    strange = Topic("talent.strange", "stranger", (), 1, day, day)
    broker.cluster.provision({"stranger": "strange"}, topics=[strange])
    stranger = bus_of("stranger", "strange")
    await stranger.publish(messages("talent.strange", [1]))
    broker.cluster.provision({"stranger": "strange"}, topics=[replace(strange, writer="other")])
    with pytest.raises(BusUnavailableError, match="TopicAuthorizationFailed"):
        await stranger.publish(messages("talent.strange", [1]))


def test_another_number_of_partitions_is_refused(broker):
    day = timedelta(days=1)
    wider = Topic("talent.identity", "identity", ("policy",), 24, day, day)
    with pytest.raises(KafkaError, match="12 partitions, not 24"):
        broker.cluster.provision({}, topics=[wider])


async def test_servers_that_somebody_else_runs_are_brought_to_what_is_declared(broker, monkeypatch):
    for name, value in (
        ("SERVERS", broker.kafka.servers),
        ("PASSWORD", broker.password),
        ("USERS", json.dumps(broker.passwords)),
    ):
        monkeypatch.setenv(f"KAFKA_{name}", value)
    assert await asyncio.to_thread(main, ["topics"]) == 0
    assert not broker.cluster.differences(broker.passwords)
    monkeypatch.setenv("KAFKA_PASSWORD", "wrong")
    monkeypatch.setenv("KAFKA_PATIENCE", "2")
    assert await asyncio.to_thread(main, ["topics"]) == 1
