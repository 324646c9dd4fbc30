"""The whole: what depends on what, when a part serves, and in which order it ends."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from pathlib import Path

import httpx2
from keycloak import KeycloakError as RealmRefused
from pydantic import SecretStr
from talent_keycloak.apply import apply, connect
from talent_keycloak.desired import confidential, load
from talent_keycloak.settings import KeycloakSettings
from talent_kit.private_files import write_private

from .fetch import fetch
from .folder import StackFolder
from .kafka import Kafka, KafkaError
from .keycloak import ADMIN, REALM, Keycloak, KeycloakError, built
from .postgres import HOST, Postgres
from .processes import Processes, Program
from .provisioning import Cluster
from .services import BUS_USERS, CITY, CODE_ISSUER, CODE_KEY_DAYS, DATABASES, OURS, Part, Services
from .settings import StackSettings

SERVERS = ("postgres", "kafka", "keycloak")
NAMES = (*SERVERS, *OURS)
"""Every process in the order of its start."""
_LOOK_EVERY = 0.1
_TAKEOVER = 20.0
"""Seconds for what is left of a killed PostgreSQL to be gone."""
_GRACE = {"kafka": 30.0, "postgres": 30.0}
_USUAL_GRACE = 17.0
"""Seconds to end in: longer than a service gives its open requests."""

Say = Callable[[str], None]
Check = Callable[[], Awaitable[bool]]


class PartFailed(Exception):  # noqa: N818 - a state of the machine
    """A part did not start; the text says which, what its log said and what to do."""


class Stack:
    """The stack of one folder. What is fetched is fetched when it is first asked for."""

    def __init__(self, settings: StackSettings, say: Say) -> None:
        self.settings = settings
        self.folder = StackFolder(settings)
        self.processes = Processes(self.folder.path)
        self._say = say

    @cached_property
    def postgres(self) -> Postgres:
        folder = self.folder
        return Postgres(
            folder.path / "postgres", folder.port("postgres"), folder.secret("postgres")
        )

    @cached_property
    def kafka(self) -> Kafka:
        return Kafka(
            self.folder.path / "kafka",
            fetch("kafka", self.settings.cache),
            self.folder.port("kafka"),
            self.folder.port("kafka-controller"),
            self.folder.secret("kafka"),
        )

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.kafka.servers, self.folder.secret("kafka"))

    @cached_property
    def keycloak(self) -> Keycloak:
        return Keycloak(
            built(self.settings.cache),
            self.folder.port("keycloak"),
            self.folder.port("keycloak-management"),
            self.folder.port("postgres"),
            self.folder.secret("postgres-keycloak"),
            self.folder.secret("keycloak-admin"),
        )

    @cached_property
    def realm(self) -> KeycloakSettings:
        """What the realm's own commands are given."""
        gateway = f"http://{HOST}:{self.folder.port('gateway')}"
        return KeycloakSettings(
            url=self.keycloak.url,
            realm=REALM,
            admin_username=ADMIN,
            admin_password=SecretStr(self.folder.secret("keycloak-admin")),
            secrets_dir=self.folder.path / "clients",
            app_urls=[f"{gateway}/*"],
            session_keys_url=f"{gateway}/v1/session-keys",
            office_region=CITY,
        )

    @cached_property
    def services(self) -> Services:
        return Services(self.settings, self.folder, self.postgres, self.kafka, self.keycloak)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.folder.port('gateway')}"

    async def up(self) -> None:
        """Start what does not run, in order, each once that on which it depends serves.

        Raises PartFailed, PostgresError, KafkaError, KeycloakError, OSError.
        """
        self.folder.make()
        await asyncio.gather(
            asyncio.to_thread(lambda: self.kafka), asyncio.to_thread(lambda: self.keycloak)
        )
        self.services.make_keys()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._kafka())
            tasks.create_task(self._databases())
        async with asyncio.TaskGroup() as tasks:
            for part in self.services.parts():
                tasks.create_task(self._part(part))
        self._tell_addresses()

    def down(self) -> list[str]:
        """Stop what runs, in reverse order; return what had run.

        First what is no part of this version's, such as one that an earlier version had.
        """
        ended = []
        others = [name for name in self.processes.started() if name not in NAMES]
        for name in (*others, *reversed(NAMES)):
            if self.processes.stop(name, _GRACE.get(name, _USUAL_GRACE)):
                self._say(f"{name} has ended")
                ended.append(name)
        return ended

    def _tell_addresses(self) -> None:
        """Write down where everything is, for clients on this machine, such as the demo."""
        known = {
            "gateway": self.url,
            "bank": f"http://{HOST}:{self.folder.port('bank')}",
            "wechat": f"http://{HOST}:{self.folder.port('wechat')}",
            "keycloak": self.keycloak.url,
            "realm": REALM,
            "clients": str(self.folder.path / "clients"),
        }
        write_private(self.folder.path / "addresses.json", json.dumps(known, indent=1))

    async def provision(self) -> None:
        """Bring databases, topics, rights and the realm to what is declared; all must run.

        Raises PartFailed, KafkaError, KeycloakError, OSError.
        """
        for name in SERVERS:
            if self.processes.pid(name) is None:
                raise PartFailed(f"{name} does not run: `make stack` starts it")
        await self.postgres.provision(self.database_passwords())
        await asyncio.to_thread(self.cluster.provision, self.bus_passwords())
        changes = await asyncio.to_thread(self._apply_realm)
        self._say(f"databases, topics, rights and realm are as declared ({changes} changes)")

    def bus_passwords(self) -> dict[str, str]:
        return {name: self.folder.secret(f"kafka-{name}") for name in BUS_USERS}

    def database_passwords(self) -> dict[str, str]:
        return {name: self.folder.secret(f"postgres-{name}") for name in DATABASES}

    async def _kafka(self) -> None:
        def program() -> Program:
            self.kafka.prepare()
            return Program(self.kafka.command())

        await self._start("kafka", self.kafka.port, program)
        await self._serves("kafka", self._kafka_answers)
        await asyncio.to_thread(self.cluster.provision, self.bus_passwords())
        self._say("kafka serves, topics, users and rights are as declared")

    async def _kafka_answers(self) -> bool:
        try:
            await asyncio.to_thread(self.cluster.wait, 1.0)
        except KafkaError:
            return False
        return True

    async def _databases(self) -> None:
        """PostgreSQL, and what waits for nothing else: Keycloak and the migrations."""

        def program() -> Program:
            self.postgres.prepare()
            return self.postgres.program()

        until = time.monotonic() + (_TAKEOVER if self.postgres.was_killed else 0)
        while True:
            await self._start("postgres", self.postgres.port, program)
            try:
                await self._serves("postgres", self.postgres.answers)
                break
            except PartFailed:  # such as while what is left of a killed server is still there
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_LOOK_EVERY)
        await self.postgres.provision(self.database_passwords())
        self._say("postgres serves, each part has its own database")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keycloak())
            tasks.create_task(self._migrate())

    async def _keycloak(self) -> None:
        await self._start("keycloak", self.keycloak.port, self.keycloak.program)
        await self._serves("keycloak", lambda: _answers(self.keycloak.ready_url))
        changes = await asyncio.to_thread(self._apply_realm)
        self._say(f"keycloak serves, the realm is as its data say ({changes} changes)")

    def _apply_realm(self) -> int:
        realm = load(self.realm)
        for client in confidential(realm):
            self.folder.client_secret(client)
        try:
            return len(apply(realm, self.realm, connect(self.realm)))
        except RealmRefused as error:
            # Not its text: that repeats what was sent.
            told = f"{type(error).__name__}, status {error.response_code}"
            raise KeycloakError(f"the realm cannot be applied: {told}; start again") from error

    async def _migrate(self) -> None:
        """Bring the schemas to their newest, make the code keys, publish the packs."""
        services = self.services
        codes = ["--issuer", CODE_ISSUER, "--days", str(CODE_KEY_DAYS)]
        for kind, arguments in (("code", codes), ("session", [])):
            file = self.folder.key_file(f"{kind}s.json")
            if not file.exists():
                make = f"create-{kind}-keys"
                await self._run("identity", make, *arguments, str(file), environment={})
        for name, environment in (
            ("identity", services.identity()),
            ("bank", services.bank()),
            ("policy", services.policy()),
            ("postdoc", services.postdoc()),
            ("registration", services.registration()),
        ):
            if self.processes.pid(name) is None:
                await self._run(name, "migrate", environment=environment)
        if self.processes.pid("policy") is None:
            for pack in _packs():
                publish = ("publish", str(pack))
                await self._run("policy", *publish, environment=services.policy())
        self._say("schemas are current, policy packs are published")

    async def _part(self, part: Part) -> None:
        await self._start(part.name, part.port, lambda: part.program)
        await self._serves(part.name, lambda: _answers(part.ready_url))
        self._say(f"{part.name} serves")

    async def _start(self, name: str, port: int, program: Callable[[], Program]) -> None:
        """Start a part unless it runs."""
        if self.processes.pid(name) is not None:
            return
        if await _listens(port):
            raise PartFailed(
                f"{name}: port {port} of {HOST} is taken by something else: stop that, or "
                f"{self.folder.another_port(name)}"
            )
        made = await asyncio.to_thread(program)
        try:
            self.processes.start(name, made)
        finally:
            for descriptor in made.keep_open:
                os.close(descriptor)

    async def _serves(self, name: str, check: Check) -> None:
        """Return once a part serves; raises PartFailed where it ends or takes too long."""
        end = time.monotonic() + self.settings.patience
        while not await check():
            if self.processes.pid(name) is None:
                raise self._failed(name, "has ended")
            if time.monotonic() > end:
                raise self._failed(name, f"does not serve after {self.settings.patience:.0f} s")
            await asyncio.sleep(_LOOK_EVERY)

    def _failed(self, name: str, what: str) -> PartFailed:
        log = self.processes.log(name)
        return PartFailed(
            f"{name} {what}. The end of {log}:\n{self.processes.said(name)}\n"
            "Mend what it names and start again; what runs stays. `make doctor` looks at the rest."
        )

    async def _run(self, service: str, *arguments: str, environment: Mapping[str, str]) -> None:
        """Run a service's command to its end; raises PartFailed with what it said."""
        name, package = f"{service}-{arguments[0]}", f"talent_{service}"
        program = Program([sys.executable, "-m", package, *arguments], environment)
        if await self.processes.finish(name, program) != 0:
            raise PartFailed(
                f"`python -m {package} {arguments[0]}` failed. The end of "
                f"{self.processes.log(name)}:\n{self.processes.said(name)}"
            )


def _packs() -> list[Path]:
    """Return the folders of the packs that come with the platform."""
    here = Path(__file__).resolve().parents[3]
    return [file.parent for file in sorted(here.glob("services/policy/packs/*/pack.yaml"))]


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


async def _answers(url: str) -> bool:
    try:
        async with httpx2.AsyncClient(timeout=5) as client:
            return (await client.get(url)).status_code == 200
    except httpx2.HTTPError:
        return False
