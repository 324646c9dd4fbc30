from typing import get_args

from talent_contracts import EVENTS, EventData
from talent_contracts.topics import TOPICS
from talent_identity.subscriptions import SUBSCRIBED as IDENTITY
from talent_policy.facts.standings import CLASSES, DEGREE
from talent_policy.facts.vocabulary import definitions
from talent_policy.subscriptions import HANDLERS
from talent_postdoc.subscriptions import SUBSCRIBED as POSTDOC
from talent_registration.activities.tickets import Degree, TalentClass
from talent_registration.registrations.errors import FACT_OF
from talent_registration.subscriptions import SUBSCRIBED


def kinds(base: type[EventData]):
    for found in base.__subclasses__():
        yield from kinds(found)
        if "TYPE" in vars(found) and found.__module__.startswith("talent_contracts."):
            yield found


def test_every_event_type_is_published_in_the_one_table():
    unlisted = [kind.TYPE for kind in kinds(EventData) if EVENTS.get(kind.TYPE) is not kind]
    assert not unlisted, (
        "what is not in EVENTS has neither snapshot nor compatibility test, and no subscriber can "
        f"find it: {unlisted}"
    )


def test_an_event_s_type_tells_owner_aggregate_fact_and_version():
    odd = [kind for kind in EVENTS if len(kind.split(".")) != 5 or not kind.startswith("talent.")]
    assert not odd, f"talent.SERVICE.AGGREGATE.PAST-TENSE.vN is what partners route by: {odd}"


def test_every_topic_is_declared_and_written_by_its_service():
    declared = {topic.name: topic.writer for topic in TOPICS}
    missing = {kind.topic() for kind in EVENTS.values()} ^ declared.keys()
    assert not missing, f"a topic that is not in TOPICS is provisioned nowhere: {missing}"
    odd = [name for name, writer in declared.items() if name != f"talent.{writer}"]
    assert not odd, f"a topic is called after the one service that writes it: {odd}"


def test_registration_admits_by_the_degrees_and_classes_that_policy_tells():
    told = {f"{scheme}.{code}" for name, scheme in CLASSES.items() for code in codes_of(name)}
    assert set(get_args(TalentClass)) == {each for each in told if not each.endswith(".none")}
    assert set(get_args(Degree)) == set(codes_of(DEGREE)) - {"other"}
    assert {fact: scheme for scheme, fact in FACT_OF.items()} == CLASSES


def codes_of(fact: str):
    return definitions()[fact].values


def test_readers_of_topics_are_those_that_subscribe():
    subscribed = {
        "identity": {event.topic() for event in IDENTITY},
        "policy": {event.topic() for event in HANDLERS},
        "postdoc": {event.topic() for event in POSTDOC},
        "registration": {event.topic() for event in SUBSCRIBED},
    }
    declared = {
        reader: {topic.name for topic in TOPICS if reader in topic.readers}
        for topic in TOPICS
        for reader in topic.readers
    }
    assert subscribed == declared, "the broker grants reading to the declared readers alone"
