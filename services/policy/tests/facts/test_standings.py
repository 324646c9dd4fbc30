"""What is told of talents' verified degree and classes: on change only, never what is declared."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from runpy import run_path

import pytest
from sqlalchemy import text
from talent_contracts import StandingChanged, TalentErased
from talent_kit.bus import Message
from talent_kit.outbox import outbox_figures
from talent_kit.republishing import republish
from talent_kit.testing.services import fresh_key
from talent_policy.facts.known import KnownFact, Stated
from talent_policy.facts.standings import CLASSES, DEGREE, FACTS, Look, changes, follow, verified
from talent_policy.facts.vocabulary import definitions
from talent_policy.main import MIGRATIONS
from talent_policy.republishing import REPUBLISHED

from ..world import deliver, talent

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
TODAY = date(2026, 6, 1)


@pytest.fixture
async def policy(policy_factory):
    async with policy_factory.running() as service:
        service.clock.set(NOON)
        yield service


@pytest.fixture
async def who(policy):
    event = talent()
    await deliver(policy, event)
    return event


async def say(policy, who, client, *facts):
    """Bring facts in a client's name, each as name, value and more."""
    roles = ("reviewer",) if client == "reviewer" else ("service",)
    headers = policy.issuer.headers(client, *roles, region="350700")
    if client == "talent":
        headers = policy.issuer.headers(who.login, "talent")
    body = {
        "subject": {"kind": "person", "id": str(who.talent_id)},
        "facts": [{"name": name, "value": value} | more for name, value, more in facts],
    }
    answer = await policy.client.post("/v1/observations", json=body, headers=headers | fresh_key())
    assert answer.status_code == 201, answer.text


def degree(value, **more):
    return DEGREE, value, more


async def told(policy):
    """What was told of degrees and classes, in the order of time."""
    async with policy.service.database.transaction() as session:
        rows = await session.execute(
            text("SELECT value FROM outbox WHERE type = :type ORDER BY position"),
            {"type": StandingChanged.TYPE},
        )
        return [StandingChanged.model_validate(json.loads(row.value)["data"]) for row in rows]


async def values(policy):
    return [(each.degree, *each.talent_classes) for each in await told(policy)]


async def test_a_declaration_is_never_told(policy, who):
    await say(policy, who, "talent", degree("doctor"))
    assert await told(policy) == []


async def test_the_prevailing_word_is_told_when_it_changes(policy, who):
    await say(policy, who, "reviewer", degree("bachelor"))
    await say(policy, who, "talent", degree("doctor"))
    await say(policy, who, "school-office", degree("master"))
    await say(policy, who, "reviewer", degree("doctor"))
    await say(policy, who, "school-office", degree("master"))
    found = await told(policy)
    assert [each.degree for each in found] == ["bachelor", "master"]
    assert [each.version for each in found] == [1, 2]
    assert {each.talent_id for each in found} == {who.talent_id}


async def test_classes_are_told_by_scheme(policy, who):
    await say(policy, who, "talent-office", ("person.city_class", "c", {}))
    await say(policy, who, "reviewer", ("person.provincial_class", "b", {}), degree("doctor"))
    await say(policy, who, "talent-office", ("person.city_class", "none", {}))
    assert await values(policy) == [
        (None, "city.c"),
        ("doctor", "city.c", "province.b"),
        ("doctor", "city.none", "province.b"),
    ]


async def due(policy):
    while await policy.worker.timers.step():
        pass


async def test_a_class_ends_with_the_day_after_its_last(policy, who):
    last = {"valid_from": "2023-06-10", "valid_until": "2026-06-09"}
    await say(policy, who, "talent-office", ("person.city_class", "b", last))
    policy.clock.set(datetime(2026, 6, 9, 15, 59, 59, tzinfo=UTC))
    await due(policy)
    assert await values(policy) == [(None, "city.b")]
    policy.clock.set(datetime(2026, 6, 9, 16, tzinfo=UTC))
    await due(policy)
    assert await values(policy) == [(None, "city.b"), (None,)]


async def test_one_that_begins_later_is_told_then_and_the_next_change_is_seen(policy, who):
    office = "talent-office"
    first = {"valid_from": "2023-06-10", "valid_until": "2026-06-09"}
    next_one = {"valid_from": "2026-06-12", "valid_until": "2026-06-14"}
    await say(policy, who, office, ("person.city_class", "b", first))
    await say(policy, who, office, ("person.city_class", "a", next_one))
    for _ in range(20):
        policy.clock.move(timedelta(days=1))
        await due(policy)
    assert await values(policy) == [(None, "city.b"), (None,), (None, "city.a"), (None,)]


async def test_of_two_words_at_a_time_none_is_lost(policy):
    people = [talent() for _ in range(8)]
    await deliver(policy, *people)
    await asyncio.gather(
        *(say(policy, each, "reviewer", degree("bachelor")) for each in people),
        *(say(policy, each, "school-office", degree("doctor")) for each in people),
        *(say(policy, each, "talent-office", ("person.city_class", "a", {})) for each in people),
    )
    newest = {}
    for each in await told(policy):
        assert newest.get(each.talent_id) is None or newest[each.talent_id].version < each.version
        newest[each.talent_id] = each
    assert {(each.degree, each.talent_classes) for each in newest.values()} == {
        ("doctor", ("city.a",))
    }
    assert len(newest) == 8


async def test_who_is_erased_is_forgotten_and_told_of_no_more(policy, who):
    await say(policy, who, "school-office", degree("master", valid_until="2026-06-02"))
    await deliver(policy, TalentErased(talent_id=who.talent_id, version=9))
    policy.clock.move(timedelta(days=9))
    await Look(policy.service)(str(who.talent_id))
    assert len(await told(policy)) == 1
    async with policy.service.database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM standing"))).scalar() == 0


async def test_the_bus_forgets_it_and_keeps_what_others_follow(policy, who):
    other = talent()
    await deliver(policy, other)
    for each in (who, other):
        await say(policy, each, "school-office", degree("master"))
    bus, topic = policy.service.bus, StandingChanged.topic()
    await policy.worker.relay.step()
    kept = f'{{"type": "an application", "of": "{who.talent_id}"}}'.encode()
    await bus.publish([Message(topic, str(who.talent_id), kept)])
    await deliver(policy, TalentErased(talent_id=who.talent_id, version=9))
    policy.clock.move(timedelta(minutes=11))
    await due(policy)
    async with bus.subscribe("registration", [topic]) as subscription:
        [found] = (await subscription.fetch(100)).values()
    values = [each.value for each in found]
    assert len(values) == 2
    assert kept in values
    assert not any(str(who.talent_id).encode() in each for each in values if each != kept)


async def test_an_erasure_waits_for_who_writes_and_removes_what_was_written(policy, who):
    await say(policy, who, "talent-office", ("person.city_class", "a", {}))
    service = policy.service
    gone = TalentErased(talent_id=who.talent_id, version=9)
    async with service.database.transaction() as session:
        await follow(session, service.vault, service.clock, {who.talent_id})
        erasing = asyncio.create_task(deliver(policy, gone))
        await asyncio.sleep(0.2)
        assert not erasing.done()
    await erasing
    async with service.database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM standing"))).scalar() == 0


async def test_it_is_told_again_as_it_stands(policy, who):
    await say(policy, who, "school-office", degree("master"))
    silent = talent()
    await deliver(policy, silent)
    async with policy.service.database.transaction() as session:
        # As a word that was withdrawn before anything was told leaves it.
        await follow(session, policy.service.vault, policy.service.clock, {silent.talent_id})
    for _ in range(2):
        assert (await republish(policy.service, REPUBLISHED, only=["standing"])) == {"standing": 1}
    first, *again = await told(policy)
    assert again == [first, first]


UPGRADE = next(
    statement
    for statement in run_path(f"{MIGRATIONS}/versions/0010_standings.py")["STATEMENTS"]
    if "INSERT INTO timer" in statement
)


async def test_what_was_known_before_an_upgrade_is_told_by_timers(policy, who):
    await say(policy, who, "school-office", degree("master"))
    async with policy.service.database.transaction() as session:
        await session.execute(text("DELETE FROM outbox"))
        await session.execute(text("DELETE FROM standing"))
        assert (await outbox_figures(session, policy.service.clock))["waiting"] == 0
        await session.execute(text(UPGRADE))
    policy.clock.set(datetime.now(UTC) + timedelta(days=1))
    await due(policy)
    assert await values(policy) == [("master",)]


def word(value, begins=None, ends=None):
    fact = KnownFact(value, "education", verified=True, observed_at=NOON)
    return Stated(fact, begins, ends)


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY, True),
        (None, TODAY - timedelta(days=1), False),
    ],
)
def test_the_days_on_which_a_word_holds(begins, ends, holds):
    found = verified({DEGREE: [word("master", begins, ends)]}, TODAY)
    assert found == ("master" if holds else None, [])


def test_the_days_on_which_something_may_change_lie_ahead():
    words = {
        DEGREE: [word("master", TODAY, TODAY)],
        "person.city_class": [
            word("a", TODAY + timedelta(days=5)),
            word("b", None, date(2020, 1, 1)),
        ],
    }
    assert changes(words, TODAY) == {TODAY + timedelta(days=1), TODAY + timedelta(days=5)}


def test_what_is_told_are_facts_with_codes():
    assert set(CLASSES) < FACTS
    assert all(definitions()[name].values for name in FACTS)
