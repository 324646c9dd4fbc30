"""What may be wrong with a stack, looked at from outside, and what to do about each."""

import asyncio
import platform
import re
import shutil
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import asyncpg
import httpx2
from keycloak import KeycloakError as AdminError
from talent_keycloak.apply import apply, connect
from talent_keycloak.desired import SecretMissing, load
from talent_kit.clock import SystemClock

from .fetch import FetchError, contents, java
from .kafka import KafkaError
from .provisioning import Cluster
from .services import BUS_USERS, POLICY_CLIENT, Part
from .stack import NAMES, Stack

_CLOCKS_APART = 2.0
"""Seconds; tokens bear thirty, and Keycloak tells its time in whole ones."""
_LEAST_FREE = 2 * 2**30
_POSTGRES = 18
_JAVA = 17
_START = "run `make stack`"
_PROVISION = "run `python -m talent_stack provision`"


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `advice` is what to do where it is not well."""

    what: str
    ok: bool
    said: str = ""
    advice: str = ""

    def __str__(self) -> str:
        line = f"{'ok     ' if self.ok else 'PROBLEM'} {self.what}"
        line += f": {self.said}" if self.said else ""
        return line if self.ok or not self.advice else f"{line}\n        -> {self.advice}"


async def examine(stack: Stack) -> list[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    found = [*_machine(stack), *_secrets(stack), *_running(stack)]
    if stack.processes.pid("postgres") is not None:
        found += [finding async for finding in _postgres(stack)]
    if stack.processes.pid("kafka") is not None:
        found += await asyncio.to_thread(lambda: list(_kafka(stack)))
    if stack.processes.pid("keycloak") is not None:
        found += await asyncio.to_thread(lambda: list(_keycloak(stack)))
    running = [part for part in stack.services.parts() if stack.processes.pid(part.name)]
    found += [await _serves(stack, part) for part in running]
    return found


def _machine(stack: Stack) -> Iterator[Finding]:
    yield Finding("Python", True, platform.python_version())
    try:
        said = subprocess.run(
            [java(), "-version"], check=False, capture_output=True, text=True, timeout=30
        ).stderr
        version = re.search(r'"(\d+)[^"]*"', said)
        number = int(version.group(1)) if version else 0
        yield Finding(
            "Java", number >= _JAVA, version.group() if version else "?", "install Java 17 or later"
        )
    except FetchError as error:
        yield Finding("Java", False, str(error))
    kafka = next(name for name in contents("kafka") if name.startswith("kafka_2"))
    [keycloak] = contents("keycloak")
    for name, archive in (("Kafka", kafka), ("Keycloak", keycloak)):
        version = re.search(r"-([\d.]+)\.(jar|tar)", archive)
        yield Finding(name, version is not None, version.group(1) if version else archive)
    free = shutil.disk_usage(stack.folder.path).free
    yield Finding(
        "disk",
        free >= _LEAST_FREE,
        f"{free / 2**30:.1f} GiB free in {stack.folder.path}",
        "Kafka and PostgreSQL stop where the disk is full: make room",
    )


def _secrets(stack: Stack) -> Iterator[Finding]:
    folder = stack.folder.path
    open_ = [
        str(path.relative_to(folder))
        for part in ("secrets", "clients", "keys")
        for path in (folder / part).glob("*")
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    yield Finding(
        "secrets", not open_, ", ".join(open_) or "for their owner alone", "chmod 600 these files"
    )


def _running(stack: Stack) -> Iterator[Finding]:
    for name in NAMES:
        pid = stack.processes.pid(name)
        yield Finding(name, pid is not None, f"pid {pid}" if pid else "does not run", _START)


async def _postgres(stack: Stack) -> AsyncIterator[Finding]:
    passwords = stack.database_passwords()
    for role, password in passwords.items():
        try:
            connection = await stack.postgres.connect(role, password)
        except (OSError, asyncpg.PostgresError) as error:
            yield Finding(f"database {role}", False, type(error).__name__, _PROVISION)
            continue
        version = connection.get_server_version().major
        before = SystemClock().now().timestamp()
        now: datetime = await connection.fetchval("SELECT clock_timestamp()")
        await connection.close()
        if role == "identity":
            yield Finding(
                "PostgreSQL", version == _POSTGRES, str(version), f"{_POSTGRES} is expected"
            )
            yield _clock("PostgreSQL", now.timestamp() - before)
        other = next(name for name in passwords if name != role)
        closed = not await _enters(stack, role, password, other)
        yield Finding(
            f"database {role}",
            closed,
            "its role has this and no other" if closed else f"its role can enter {other}",
            _PROVISION,
        )


async def _enters(stack: Stack, role: str, password: str, database: str) -> bool:
    try:
        connection = await stack.postgres.connect(role, password, database)
    except asyncpg.PostgresError:
        return False
    await connection.close()
    return True


def _kafka(stack: Stack) -> Iterator[Finding]:
    for user, password in stack.bus_passwords().items():
        try:
            Cluster(stack.kafka.servers, password, user).wait(10)
            yield Finding(f"Kafka as {user}", True, "signs in")
        except KafkaError as error:
            yield Finding(f"Kafka as {user}", False, str(error), _PROVISION)
    try:
        different = stack.cluster.differences(BUS_USERS)
    except KafkaError as error:
        yield Finding("topics and rights", False, str(error), _START)
        return
    yield Finding(
        "topics and rights",
        not different,
        "; ".join(different) or "as declared",
        f"{_PROVISION}; partitions alone cannot be mended",
    )


def _keycloak(stack: Stack) -> Iterator[Finding]:
    keycloak = stack.keycloak
    try:
        before = SystemClock().now().timestamp()
        answer = httpx2.post(
            keycloak.token_url,
            data={
                "grant_type": "client_credentials",
                "client_id": POLICY_CLIENT,
                "client_secret": stack.folder.client_secret(POLICY_CLIENT),
            },
            timeout=10,
        )
        ok = answer.status_code == 200
        yield Finding(
            "token of a service",
            ok,
            "" if ok else f"status {answer.status_code}",
            _PROVISION,
        )
        said = parsedate_to_datetime(answer.headers["date"]) if "date" in answer.headers else None
        if said is not None:
            # Half a second is what a time in whole seconds lags behind in the middle.
            yield _clock("Keycloak", said.timestamp() + 0.5 - before)
        different = apply(load(stack.realm), stack.realm, connect(stack.realm), write=False)
        yield Finding(
            "realm",
            not different,
            "; ".join(different) or "as its data say",
            _PROVISION,
        )
    except (httpx2.HTTPError, AdminError, SecretMissing) as error:
        yield Finding("Keycloak", False, type(error).__name__, _START)


def _clock(of: str, ahead: float) -> Finding:
    return Finding(
        f"clock of {of}",
        abs(ahead) <= _CLOCKS_APART,
        f"{ahead:+.1f} s from this machine's",
        "set the clocks by NTP: tokens and timers go wrong",
    )


async def _serves(stack: Stack, part: Part) -> Finding:
    """Ask for readiness, which a service grants where its schema is the one that it expects."""
    log = stack.processes.log(part.name)
    try:
        async with httpx2.AsyncClient(timeout=10) as client:
            status = (await client.get(part.ready_url)).status_code
    except httpx2.HTTPError as error:
        return Finding(f"{part.name} serves", False, type(error).__name__, f"read {log}")
    return Finding(
        f"{part.name} serves",
        status == 200,
        "" if status == 200 else f"status {status}",
        f"read {log}, then `make stack-down stack`",
    )
