"""The server: its data folder, its socket, its start and its end."""

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import asyncpg

from .process import Account, Child, account_for
from .programs import (
    ROOT_PROGRAMS,
    ProgramsUnusableError,
    bundled,
    require_traversable,
    shared_copy,
)

SUPERUSER = "talent"
SOCKET_PATH_LIMIT = 107
START_SECONDS = 80.0
TAKEOVER_SECONDS = 20.0
"""How long the remains of a killed server may take to go."""
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.02
_SOCKET_PREFIX = "talent-pg-"
_SOCKET_NAME = ".s.PGSQL.5432"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_logical_replication_workers": "0",
    # Workers for asynchronous reads are three more processes, for data that fit in memory.
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors of statements quote values, which can be personal data: they go to the client alone.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
}


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL did not start, or is not running."""


class DataFolderInUseError(EmbeddedPostgresError):
    """Another process runs a server on this data folder."""


class EmbeddedPostgres:
    """One server on one data folder; calls block, 0.1 s for a start and 2 s for the very first.

    `durable=False` trades every guarantee after a crash for speed, for tests. `settings` are server
    settings that go before the built-in ones. `programs_dir` matters to root alone: the folder
    with the copy of the programs, which other accounts must be able to reach.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        programs_dir: Path = ROOT_PROGRAMS,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self._durable = durable
        self._settings = SETTINGS | ({} if durable else _THROW_AWAY) | dict(settings or {})
        self._programs_dir = programs_dir
        self._cluster = self.data_dir / "cluster"
        self._lock: IO[str] | None = None
        self._socket_dir: Path | None = None
        self._server: Child | None = None

    @property
    def log_path(self) -> Path:
        """The server's log: what the server says of itself, never values from statements."""
        return self.data_dir / "postgres.log"

    @property
    def running(self) -> bool:
        """Whether the server process is there; false after it was killed."""
        return self._server is not None and not self._server.ended.is_set()

    @property
    def pid(self) -> int:
        """The process id of the server; raises EmbeddedPostgresError when it is not running."""
        if self._server is None or self._server.ended.is_set():
            raise EmbeddedPostgresError("PostgreSQL is not running")
        return self._server.pid

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database, the same for the life of this object."""
        return self.dsn(database).replace("postgresql:", "postgresql+asyncpg:", 1)

    def dsn(self, database: str) -> str:
        """The address of a database for plain asyncpg."""
        if self._socket_dir is None:
            raise EmbeddedPostgresError("PostgreSQL was never started")
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(self._socket_dir))}"

    async def ensure_database(self, name: str) -> None:
        """Create the database unless it exists."""
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            # Two processes may ask at once: one of them then violates the catalogue's unique index.
            with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f"CREATE DATABASE {quoted(name)}")
        finally:
            await connection.close()

    def start(self) -> None:
        """Start the server and wait until it takes connections; may follow a crash.

        Raises DataFolderInUseError at once if another process has this folder,
        EmbeddedPostgresError with the end of the server's log if it does not come up, and
        ProgramsUnusableError if it cannot be run here.
        """
        if self.running:
            return
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._take_lock()
        try:
            programs = self._programs()
            account = account_for(self._cluster)
            if not self._cluster.exists():
                self._initialise(programs, account)
            self._make_socket_dir(lock, account)
            self._run(programs, account)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, breaking off what is open, and wait until it is gone."""
        if self._server is not None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if self._server.end(number, STOP_SECONDS):
                    break
            self._server = None
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _take_lock(self) -> IO[str]:
        if self._lock is not None:
            return self._lock
        lock = (self.data_dir / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            msg = f"another process runs PostgreSQL on {self.data_dir}: stop it first"
            raise DataFolderInUseError(msg) from None
        self._lock = lock
        return lock

    def _programs(self) -> Path:
        if os.getuid() != 0:
            return bundled()
        if not Path("/proc/self/fd").is_dir():
            msg = "as root, PostgreSQL can be embedded on Linux with /proc only: use another user"
            raise ProgramsUnusableError(msg)
        return shared_copy(self._programs_dir)

    def _initialise(self, programs: Path, account: Account) -> None:
        # Renamed when complete, so that an interrupted first start leaves nothing half made.
        unfinished = self.data_dir / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.own(unfinished)
        arguments = [
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth-local=trust",
            "--auth-host=reject",
            "--no-instructions",
            *([] if self._durable else ["--no-sync"]),
        ]
        start = self.log_path.stat().st_size if self.log_path.exists() else 0
        child = Child(account, programs / "initdb", arguments, unfinished, self.log_path)
        if not child.ended.wait(START_SECONDS):
            child.end(signal.SIGKILL, STOP_SECONDS)
        if child.status != 0:
            raise EmbeddedPostgresError(
                f"PostgreSQL could not make its data folder: {self._said(start)}"
            )
        unfinished.rename(self._cluster)
        if self._durable:
            _sync_folder(self.data_dir)

    def _make_socket_dir(self, lock: IO[str], account: Account) -> None:
        lock.seek(0)
        left_over = Path(lock.read().strip())
        if left_over.name.startswith(_SOCKET_PREFIX):
            shutil.rmtree(left_over, ignore_errors=True)
        self._socket_dir = _fresh_folder(self._socket_dir)
        account.own(self._socket_dir)
        lock.truncate(0)
        lock.write(f"{self._socket_dir}\n")
        lock.flush()

    def _run(self, programs: Path, account: Account) -> None:
        arguments = [f"-k{self._socket_dir}"]
        arguments += [f"--{name}={value}" for name, value in self._settings.items()]
        began = time.monotonic()
        remains = False
        while True:
            # A pid file here was left by a killed server, and parts of that may yet be there.
            remains = remains or bool(pid_file(self._cluster))
            forget_foreign_pid(self._cluster)
            start = self.log_path.stat().st_size
            self._server = Child(
                account, programs / "postgres", arguments, self._cluster, self.log_path
            )
            while not self._server.ended.wait(_POLL_SECONDS):
                lines = pid_file(self._cluster)
                if lines[7:8] == ["ready"] and lines[0] == str(self._server.pid):
                    return
                if time.monotonic() > began + START_SECONDS:
                    raise EmbeddedPostgresError(
                        f"PostgreSQL was not ready in time: {self._said(start)}"
                    )
            if not remains or time.monotonic() > began + TAKEOVER_SECONDS:
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {self._said(start)}")
            time.sleep(10 * _POLL_SECONDS)

    def _said(self, since: int) -> str:
        with self.log_path.open("rb") as log:
            log.seek(since)
            return log.read()[-2000:].decode(errors="replace").strip() or "it said nothing"


def pid_file(cluster: Path) -> list[str]:
    """Return the lines of what a server writes down while it runs, and a killed one leaves."""
    try:
        text = (cluster / "postmaster.pid").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.splitlines()]


def forget_foreign_pid(cluster: Path) -> None:
    """Remove a pid file that names a process which is no server of this folder.

    Process ids are given out again, in a container after every start, and PostgreSQL would
    take the stranger for its other self. What is left of an old server it still finds, by the
    shared memory that belongs to the folder.
    """
    first = pid_file(cluster)[:1]
    if not first or not Path("/proc/self/cwd").exists():
        return
    process = Path("/proc", first[0])
    try:
        known = os.path.samestat((process / "cwd").stat(), cluster.stat())
    except OSError:
        known = not process.exists()
    if not known:
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _fresh_folder(former: Path | None) -> Path:
    """An empty folder for the socket, at the former path if it can be had.

    Clients of a server that crashed hold its address, so the path should stay.
    """
    if former is not None:
        shutil.rmtree(former, ignore_errors=True)
        with contextlib.suppress(FileExistsError):
            former.mkdir(mode=0o700)
            return former
    return Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir=_socket_parent()))


def _socket_parent() -> Path:
    for folder in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108
        example = folder / f"{_SOCKET_PREFIX}12345678" / _SOCKET_NAME
        if len(os.fsencode(example)) > SOCKET_PATH_LIMIT:
            continue
        if os.getuid() == 0:
            try:
                require_traversable(folder)
            except ProgramsUnusableError:
                continue
        return folder
    raise ProgramsUnusableError("no temporary folder has a short path that PostgreSQL can reach")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
