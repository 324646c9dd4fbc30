"""What a service's tests stand on: an issuer, a clock to move, and the service on a fresh clone."""

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg
import httpx2
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import KeyParameters, KeySet, OKPKey, RSAKey

from talent_kit.auth import Role
from talent_kit.bus import EmbeddedBus
from talent_kit.database import Database
from talent_kit.keyring import create_keyring
from talent_kit.migrations import migrate
from talent_kit.service import Service
from talent_kit.settings import ServiceSettings
from talent_kit.wakeup import asyncpg_dsn
from talent_kit.worker import Worker

from .postgres import Databases

ISSUER = "https://issuer.test"


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by

    def set(self, to: datetime) -> None:
        self._now = to


class Issuer:
    """Signs tokens as the platform's issuer would; its keys stand in a file."""

    def __init__(self, folder: Path, algorithm: Literal["Ed25519", "RS256"] = "Ed25519") -> None:
        named: KeyParameters = {"kid": uuid4().hex}
        self._algorithm = algorithm
        self._key = (
            OKPKey.generate_key("Ed25519", named)
            if algorithm == "Ed25519"
            else RSAKey.generate_key(2048, named)
        )
        self._file = folder / f"jwks-{self._key.kid}.json"
        self._file.write_text(json.dumps(KeySet([self._key]).as_dict(private=False)))
        self.jwks_url = self._file.as_uri()

    def token(
        self,
        subject: str,
        *roles: Role,
        region: str | None = None,
        employer: UUID | None = None,
        **claims: Any,
    ) -> str:
        """Return an access token; `claims` replace the usual ones."""
        content = {
            "iss": ISSUER,
            "aud": "talent-cloud",
            "sub": subject,
            "exp": int(time.time()) + 3600,
            "realm_access": {"roles": [str(role) for role in roles]},
        }
        if region is not None:
            content["region"] = region
        if employer is not None:
            content["employer"] = str(employer)
        header = {"alg": self._algorithm, "kid": self._key.kid}
        return jwt.encode(header, content | claims, self._key, algorithms=[self._algorithm])

    def headers(
        self,
        subject: str,
        *roles: Role,
        region: str | None = None,
        employer: UUID | None = None,
    ) -> dict[str, str]:
        """Return request headers of someone signed in."""
        token = self.token(subject, *roles, region=region, employer=employer)
        return {"Authorization": f"Bearer {token}"}


def fresh_key() -> dict[str, str]:
    """Return the header of a new Idempotency-Key."""
    return {"Idempotency-Key": uuid4().hex}


@dataclass
class ServiceUnderTest:
    """One service on a cloned database of its own, with its worker at hand."""

    service: Service
    app: FastAPI
    worker: Worker
    client: httpx2.AsyncClient
    issuer: Issuer
    clock: MovableClock

    async def stored(self) -> str:
        """Return every value of every table, bus included, as text; sealed bytes as they are."""
        urls = (self.service.settings.database_url, self.service.settings.bus_url)
        return "\n".join([await _dump(url.get_secret_value()) for url in urls])

    async def settle(self) -> None:
        """Relay every event, run every due timer, do every job and what the loops find to do."""
        worker = self.worker
        steps = [worker.relay.step, worker.timers.step, worker.jobs.step]
        steps += [loop.step for loop in worker.loops]
        while sum([await step() for step in steps]):
            pass


async def _dump(url: str) -> str:
    connection = await asyncpg.connect(asyncpg_dsn(url))
    try:
        lines: list[str] = []
        names = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for name in names:
            for row in await connection.fetch(f'SELECT * FROM "{name["table_name"]}"'):  # noqa: S608
                lines.extend(
                    value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    for value in row
                )
        return "\n".join(lines)
    finally:
        await connection.close()


class _KeptDatabase(Database):
    """Stays connected when a service closes it, and remembers the statements it has prepared."""

    async def close(self) -> None:
        await self.wakeup.close()
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            await self.engine.dispose()


class _KeptBus(EmbeddedBus):
    async def close(self) -> None:
        await self._wakeup.close()


@dataclass
class _Place:
    """Where a service under test keeps its data; the next one finds it empty."""

    url: str
    bus_url: str
    schema: str
    database: Database | None = None
    bus: EmbeddedBus | None = None


@dataclass
class ServiceFactory:
    """Makes services of one kind for tests: migrated once, cloned, emptied after each test."""

    name: str
    migrations: str
    settings: type[ServiceSettings]
    create_service: Callable[..., Service]
    create_app: Callable[[Service], FastAPI]
    create_worker: Callable[[Service], Worker]
    databases: Databases
    folder: Path
    extra_settings: Mapping[str, Any] = field(default_factory=dict)
    _idle: list[FastAPI] = field(default_factory=list, init=False)
    """Applications to serve again: their routes and OpenAPI document cost more than many a test."""
    _places: list[_Place] = field(default_factory=list, init=False)
    """Databases to use again: a new pair and its engine cost 80 ms, emptying them 6."""

    @asynccontextmanager
    async def running(
        self,
        *,
        clock: MovableClock | None = None,
        parts: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> AsyncIterator[ServiceUnderTest]:
        """Yield the service on a database with nothing in it; nothing runs in the background.

        `parts` go to `create_service`, `overrides` into the settings.
        """
        place = self._places.pop() if self._places else await self._new_place()
        issuer = Issuer(self.folder)
        keys_file = self.folder / "keys.json"
        create_keyring(keys_file)
        given: dict[str, Any] = {
            "database_url": place.url,
            "bus_url": place.bus_url,
            "keys_file": keys_file,
            "issuer": ISSUER,
            "jwks_url": issuer.jwks_url,
            "environment": "development",
            "blobs_url": (self.folder / f"blobs-{uuid4().hex}").as_uri(),
        }
        moved = clock or MovableClock()
        service = self.create_service(
            self.settings(**given | dict(self.extra_settings) | overrides),
            clock=moved,
            **(parts or {}),
        )
        place.database = place.database or _KeptDatabase(place.url, service.settings.database_pool)
        place.bus = place.bus or _KeptBus(place.bus_url)
        service.database, service.bus = place.database, place.bus
        app = self._idle.pop() if self._idle else self.create_app(service)
        app.state.service = service
        transport = httpx2.ASGITransport(app=app)
        try:
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
                yield ServiceUnderTest(
                    service, app, self.create_worker(service), client, issuer, moved
                )
        finally:
            self._idle.append(app)
            await service.close()
            await self.databases.empty(place.bus_url)
            if await self.databases.empty(place.url) == place.schema:
                self._places.append(place)

    async def _new_place(self) -> _Place:
        template = await self.databases.template(
            self.name, lambda url: migrate(url, self.migrations)
        )
        url = await self.databases.create(template)
        return _Place(url, await self.databases.create(), await self.databases.empty(url))
