"""PostgreSQL as one local process: a database and a role for each part, and no other way in."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from talent_kit.embedded_postgres import ROOT_PROGRAMS, quoted
from talent_kit.embedded_postgres.process import Account, account_for
from talent_kit.embedded_postgres.programs import bundled, shared_copy
from talent_kit.embedded_postgres.server import (
    SETTINGS,
    SUPERUSER,
    forget_foreign_pid,
    pid_file,
)

from .processes import Program

HOST = "127.0.0.1"
_PATIENCE = 120.0
_ACCESS = f"""\
# Whoever signs in gets the database of the same name, and only its owner has one.
host all {SUPERUSER} {HOST}/32 scram-sha-256
host sameuser all {HOST}/32 scram-sha-256
"""


class PostgresError(Exception):
    """PostgreSQL cannot be prepared; the text says why."""


@dataclass(frozen=True)
class Postgres:
    """A cluster on a folder; the port may change between starts, the passwords too."""

    folder: Path
    port: int
    password: str
    """The superuser's, whom only the stack itself uses."""

    def url(self, role: str, password: str) -> str:
        """Return the setting `database_url` of one role."""
        return f"postgresql+asyncpg://{role}:{password}@{HOST}:{self.port}/{role}"

    def prepare(self) -> None:
        """Make the cluster unless it is there; raises PostgresError, ProgramsUnusableError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = account_for(self._cluster)
        if not self._cluster.exists():
            self._initialise(account)
        access = self._cluster / "pg_hba.conf"
        access.write_text(_ACCESS)
        account.own(access)

    @property
    def was_killed(self) -> bool:
        """Whether a server left its pid file here: parts of it may yet be there for a while."""
        return bool(pid_file(self._cluster))

    def program(self) -> Program:
        """Return what runs the server until SIGINT, which breaks off what is open."""
        account = account_for(self._cluster)
        forget_foreign_pid(self._cluster)
        folder = os.open(self._cluster, os.O_RDONLY | os.O_DIRECTORY)
        settings = SETTINGS | {
            "listen_addresses": HOST,
            "port": str(self.port),
            "password_encryption": "scram-sha-256",
        }
        # No socket: it would be a second way in, with other rules.
        options = ["-k", "", *(f"--{name}={value}" for name, value in settings.items())]
        return Program(
            [str(_programs() / "postgres"), "-D", f"/proc/self/fd/{folder}", *options],
            environment={"LC_ALL": "C"},
            uid=account.uid if os.getuid() == 0 else None,
            gid=account.gid if os.getuid() == 0 else None,
            keep_open=(folder,),
            stop_signal=signal.SIGINT,
        )

    async def answers(self) -> bool:
        """Tell whether the server takes connections."""
        try:
            connection = await self.connect()
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True

    async def connect(
        self, role: str = SUPERUSER, password: str = "", database: str = ""
    ) -> asyncpg.Connection:
        """Return a connection of a role, of the superuser unless one is named."""
        return await asyncpg.connect(
            host=HOST,
            port=self.port,
            user=role,
            password=password or self.password,
            database=database or ("postgres" if role == SUPERUSER else role),
            timeout=5,
        )

    async def provision(self, passwords: Mapping[str, str]) -> None:
        """Give each role its password and a database of its own, to which nobody else connects."""
        connection = await self.connect()
        try:
            await provision(connection, passwords)
        finally:
            await connection.close()

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def _initialise(self, account: Account) -> None:
        """Make the cluster under another name, so that an interruption leaves none half made."""
        unfinished = self.folder / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.own(unfinished)
        folder = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with tempfile.NamedTemporaryFile("w") as secret:
                secret.write(self.password)
                secret.flush()
                account.own(Path(secret.name))
                done = subprocess.run(
                    [
                        str(_programs() / "initdb"),
                        f"--pgdata=/proc/self/fd/{folder}",
                        f"--username={SUPERUSER}",
                        f"--pwfile={secret.name}",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--auth-local=reject",
                        "--auth-host=scram-sha-256",
                        "--no-instructions",
                    ],
                    check=False,
                    capture_output=True,
                    text=True,
                    timeout=_PATIENCE,
                    cwd="/",
                    env={"LC_ALL": "C", "PATH": os.defpath},
                    pass_fds=(folder,),
                    user=account.uid if os.getuid() == 0 else None,
                    group=account.gid if os.getuid() == 0 else None,
                    extra_groups=[] if os.getuid() == 0 else None,
                )
        finally:
            os.close(folder)
        if done.returncode != 0:
            raise PostgresError(f"PostgreSQL cannot make its data folder: {done.stderr.strip()}")
        unfinished.rename(self._cluster)
        os.sync()


async def provision(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Give each role its password and a database of its own, to which nobody else connects."""
    for role, password in passwords.items():
        name = quoted(role)
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
            await connection.execute(f"CREATE ROLE {name} LOGIN")
        secret = await connection.fetchval("SELECT quote_literal($1::text)", password)
        await connection.execute(f"ALTER ROLE {name} PASSWORD {secret}")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", role):
            await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")


def _programs() -> Path:
    return shared_copy(ROOT_PROGRAMS) if os.getuid() == 0 else bundled()
