"""Everything is killed, stopped or replaced under load: nothing lost, doubled or left unsaid."""

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import httpx2
import pytest
from joserfc.jws import extract_compact
from load import Answers, Load
from seats import SEATS, Crowd, published
from talent_demo.checks import out_of_balance, undelivered, unsettled
from talent_demo.doors import Addresses, StackDoor
from talent_keycloak.apply import connect
from talent_kit.testing.faults import SEEDS
from talent_stack.processes import Program
from talent_stack.services import CITY
from talent_stack.stack import NAMES
from talent_stack.testing import stop_still
from waiting import until

pytestmark = pytest.mark.crash

PEOPLE = 38
"""Of one round: each kind of case twice."""
FROZEN_SECONDS = 30
WORKERS = ("identity-worker", "policy-worker")
SEATED_BY = ("registration", "registration-worker", "postgres")
"""What a seat needs besides the gateway and somebody to sign in at."""
FIGURES = "/v1/operations/identity/events"


class Faults:
    """What is done to the stack while its callers work; each leaves it running again."""

    def __init__(self, stack, answers, door, rng):
        self._stack = stack
        self._answers = answers
        self._door = door
        self._rng = rng
        self.seconds = {}

    async def all(self):
        """Do each thing once, in an order by chance, the callers getting on in between."""
        faults = {f"kill {name}": lambda name=name: self.kill(name) for name in NAMES}
        faults |= {
            "freeze kafka": self._freeze_kafka,
            "restart postgres": lambda: self._restart("postgres"),
            "restart workers": lambda: self._restart(*WORKERS),
            "rebalance": self._rebalance,
            "rotate key": self._rotate_key,
        }
        names = sorted(faults)
        self._rng.shuffle(names)
        for name in names:
            await self._callers_get_on(20)
            self._answers.during = name
            began = time.monotonic()
            await faults[name]()
            self.seconds[name] = time.monotonic() - began
            print(f"{name}: {self.seconds[name]:.1f} s", flush=True)
        await self._callers_get_on(20)
        self._answers.during = "end"

    async def kill_in_turn(self, names):
        """Kill each twice, one after the other, the callers getting on in between."""
        names = [*names, *names]
        self._rng.shuffle(names)
        for name in names:
            await self._callers_get_on(200)
            self._answers.during = f"kill {name}"
            await self.kill(name)
        await self._callers_get_on(200)

    async def _callers_get_on(self, more):
        """Wait until so many more requests have had their answer."""
        wanted = self._answers.definite + more

        async def reached():
            return self._answers.definite >= wanted

        await until(reached, 120)
        await asyncio.sleep(self._rng.uniform(0, 1))

    async def _up(self):
        await asyncio.to_thread(self._stack.up)

    async def kill(self, name):
        await asyncio.to_thread(self._stack.kill, name)
        await self._up()

    async def _freeze_kafka(self):
        pid = self._stack.processes.pid("kafka")
        try:
            await asyncio.to_thread(stop_still, pid)
            await asyncio.sleep(FROZEN_SECONDS)
        finally:
            os.kill(pid, signal.SIGCONT)
        await self._up()

    async def _restart(self, *names):
        """End gracefully, as a planned failover does, all of them at once."""
        ended = [asyncio.to_thread(self._stack.processes.stop, name, 30) for name in names]
        assert all(await asyncio.gather(*ended))
        await self._up()

    async def _rebalance(self):
        """A second worker of each service joins, takes its share, and dies with it."""
        # One after the other: each is given a port, which the stack's folder remembers.
        names = [await asyncio.to_thread(self._stack.join, name) for name in WORKERS]
        try:
            await self._callers_get_on(30)
        finally:
            await asyncio.to_thread(self._stack.kill, *names)
        await self._callers_get_on(10)

    async def _rotate_key(self):
        """A new signing key at once: tokens of the old one hold until they end."""
        subject = f"watcher-{self._rng.randrange(10**9)}"
        watcher = await self._door.caller(subject, "operator", region=CITY)
        old = await watcher.bearer()
        await asyncio.to_thread(add_signing_key, self._stack)
        assert await watcher.get(FIGURES)
        assert await watcher.bearer() == old
        later = await self._door.caller(subject, "operator", region=CITY)
        assert key_id(await later.bearer()) != key_id(old)
        assert await later.get(FIGURES)
        assert await watcher.get(FIGURES)


def add_signing_key(stack):
    realm = stack.stack.realm
    admin = connect(realm)
    new = {
        "name": f"rotated-{time.time_ns()}",
        "providerId": "rsa-generated",
        "providerType": "org.keycloak.keys.KeyProvider",
        "parentId": admin.get_realm(realm.realm)["id"],
        "config": {
            "priority": [str(time.time_ns() // 10**9)],
            "enabled": ["true"],
            "active": ["true"],
            "algorithm": ["RS256"],
            "keySize": ["2048"],
        },
    }
    admin.create_component(new)


def key_id(token):
    return extract_compact(token.encode()).headers()["kid"]


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_part_fails_under_load_and_nothing_is_lost_or_doubled(stack, seed):
    answers = Answers(stack.url)
    async with httpx2.AsyncClient(base_url=stack.url, timeout=20, transport=answers) as http:
        load = Load(stack, http, seed)
        await load.drive.staff()
        door = StackDoor(http, Addresses.of(stack.folder, stack.url))
        faults = Faults(stack, answers, door, random.Random(seed))

        async def rounds():
            while not breaking.done():
                await load.round(PEOPLE)

        try:
            async with asyncio.TaskGroup() as tasks:
                breaking = tasks.create_task(faults.all())
                tasks.create_task(rounds())
        finally:
            for (during, told), count in sorted(answers.counts.items(), key=str):
                print(f"{during:24} {told!s:24} {count:6}")
        books = await load.drive.reconcile()

    assert load.run.surprises == []
    assert out_of_balance(books) + unsettled(books) + undelivered(books["events"]) == []
    assert answers.indefinite() == {}


@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_one_by_one_in_a_flood_of_claims_no_seat_is_lost_or_sold_twice(stack, seed):
    rng, answers = random.Random(seed), Answers(stack.url)
    async with httpx2.AsyncClient(base_url=stack.url, timeout=20, transport=answers) as http:
        door = StackDoor(http, Addresses.of(stack.folder, stack.url))
        activity, organiser = await published(door)
        crowd = await Crowd.of(stack, http, door, activity, rng)
        faults = Faults(stack, answers, door, rng)
        async with asyncio.TaskGroup() as tasks:
            breaking = tasks.create_task(faults.kill_in_turn(SEATED_BY))
            tasks.create_task(crowd.claim(breaking))
        assert await crowd.wrong() == []
        assert answers.indefinite() == {}

        answers.during = "cancelled"
        await organiser.post(
            f"/v1/activities/{activity['id']}/cancellation", version=activity["version"]
        )
        await faults.kill("registration-worker")

        async def ended():
            await asyncio.sleep(0.5)
            return await crowd.left() == SEATS

        await until(ended, 60)
        assert {await each.state() for each in crowd.people} <= {"cancelled", "lapsed"}


async def test_the_check_finds_what_a_broken_relay_loses(stack):
    """The last of this file: what is lost here stays lost."""
    async with httpx2.AsyncClient(base_url=stack.url, timeout=20) as http:
        load = Load(stack, http, seed=0)
        drive = load.drive
        await drive.staff()
        await drive.filing.file(load.company(8)[1])
        await drive.quiet()
        assert undelivered(await drive._events()) == []

        part = stack.part("identity-worker")
        broken = [sys.executable, str(Path(__file__).with_name("broken_worker.py")), *part.command]
        stack.kill("identity-worker", "kafka")
        stack.start(part, Program(broken, part.environment))
        await drive.filing.file(load.company(8)[1])
        operator = drive._callers["operator"]

        async def taken():
            await asyncio.sleep(0.2)
            return not (await operator.get(FIGURES))["waiting"]

        await until(taken, 60)
        stack.kill("identity-worker")
        stack.up()

        await asyncio.sleep(10)
        wrong = undelivered(await drive._events())
        print(*wrong, sep="\n")
        assert any("consumed" in one for one in wrong)
