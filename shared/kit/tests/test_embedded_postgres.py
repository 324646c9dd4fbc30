"""The server starts, keeps what it was given, and ends with whoever started it."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from talent_kit.embedded_postgres import (
    DataFolderInUseError,
    EmbeddedPostgres,
    EmbeddedPostgresError,
)
from talent_kit.embedded_postgres.process import account_for
from talent_kit.testing.postgres import durable_postgres, throw_away_postgres

SOCKET = ".s.PGSQL.5432"

PARENT = """
import sys, time
from pathlib import Path
from talent_kit.testing.postgres import durable_postgres
server = durable_postgres(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


async def run(server: EmbeddedPostgres, statement: str, database: str = "postgres") -> object:
    connection = await asyncpg.connect(server.dsn(database))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def socket_dir(server: EmbeddedPostgres) -> Path:
    return Path(server.dsn("postgres").partition("host=")[2])


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    """For tests that leave it as it was."""
    with durable_postgres(tmp_path_factory.mktemp("cluster")) as server:
        yield server


@pytest.fixture
def parent(tmp_path):
    """A process that runs a server on `tmp_path`, and the server's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    yield process, int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    shutil.rmtree((tmp_path / "lock").read_text().strip(), ignore_errors=True)


def test_a_throw_away_server_is_there_within_seconds(tmp_path):
    began = time.monotonic()
    with throw_away_postgres(tmp_path) as server:
        assert server.running
    assert time.monotonic() - began < 10
    assert not server.running


def test_a_folder_that_other_accounts_cannot_reach_will_do(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with throw_away_postgres(closed / "data") as server:
        assert server.running
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == os.getuid()


async def test_rows_outlive_a_stop(tmp_path):
    server = throw_away_postgres(tmp_path)
    with server:
        await run(server, "CREATE TABLE kept AS SELECT 7 AS n")
    with server:
        assert await run(server, "SELECT n FROM kept") == 7
    with throw_away_postgres(tmp_path) as another:
        assert await run(another, "SELECT n FROM kept") == 7


@pytest.mark.crash
async def test_committed_rows_outlive_a_killed_server(tmp_path):
    with durable_postgres(tmp_path) as server:
        await run(server, "CREATE TABLE kept (n int)")
        address = server.dsn("postgres")
        connections = [await asyncpg.connect(address) for _ in range(8)]
        for n, connection in enumerate(connections):
            await connection.execute(f"INSERT INTO kept VALUES ({n})")
        busy = [asyncio.create_task(c.execute("SELECT pg_sleep(30)")) for c in connections]
        await asyncio.sleep(0.1)

        os.kill(server.pid, signal.SIGKILL)
        assert within(5, lambda: not server.running)
        with pytest.raises(EmbeddedPostgresError):
            _ = server.pid
        await asyncio.to_thread(server.start)

        assert server.dsn("postgres") == address
        assert await run(server, "SELECT count(*) FROM kept") == 8
        await asyncio.gather(*busy, return_exceptions=True)
        for connection in connections:
            connection.terminate()


@pytest.fixture
async def hanging_session(tmp_path):
    """A server that was killed, and the pid of a session of it that hangs."""
    with durable_postgres(tmp_path) as server:
        connection = await asyncpg.connect(server.dsn("postgres"))
        session = connection.get_server_pid()
        os.kill(session, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGKILL)
        assert within(5, lambda: not server.running)
        yield server, session
        with contextlib.suppress(ProcessLookupError):
            os.kill(session, signal.SIGKILL)
        connection.terminate()


@pytest.mark.crash
def test_a_start_waits_for_sessions_of_the_killed_server(hanging_session):
    server, session = hanging_session
    timer = threading.Timer(1.0, os.kill, (session, signal.SIGCONT))
    timer.start()
    server.start()
    timer.join()
    assert server.running
    assert not alive(session)


@pytest.mark.crash
def test_a_start_does_not_wait_for_ever(hanging_session, monkeypatch):
    monkeypatch.setattr("talent_kit.embedded_postgres.server.TAKEOVER_SECONDS", 0.5)
    server, session = hanging_session
    with pytest.raises(EmbeddedPostgresError, match="still in use"):
        server.start()
    assert alive(session)


@pytest.mark.crash
def test_the_server_ends_with_its_killed_parent(parent):
    process, pid = parent
    assert alive(pid)
    process.kill()
    assert within(10, lambda: not alive(pid))


@pytest.mark.crash
async def test_a_killed_parent_can_be_followed_at_once(parent, tmp_path):
    process, pid = parent
    process.kill()
    process.wait()
    with durable_postgres(tmp_path) as server:
        assert server.pid != pid
        assert await run(server, "SELECT 1") == 1


@pytest.mark.crash
def test_a_killed_parent_and_server_leave_no_rubbish(parent, tmp_path):
    process, pid = parent
    left_over = Path((tmp_path / "lock").read_text().strip())
    assert (left_over / SOCKET).exists()
    process.kill()
    os.kill(pid, signal.SIGKILL)
    process.wait()
    with durable_postgres(tmp_path) as server:
        assert server.running
        assert not left_over.exists()


def test_a_folder_serves_one_process(parent, tmp_path):
    _, pid = parent
    with pytest.raises(DataFolderInUseError, match=str(tmp_path)):
        durable_postgres(tmp_path).start()
    assert alive(pid)


def test_a_refused_second_start_leaves_the_first_alone(shared_server):
    with pytest.raises(DataFolderInUseError), durable_postgres(shared_server.data_dir):
        pass
    assert shared_server.running
    assert (socket_dir(shared_server) / SOCKET).exists()


def test_the_server_outlives_the_thread_that_started_it(tmp_path):
    server = throw_away_postgres(tmp_path)
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    pid = server.pid
    assert not within(0.5, lambda: not alive(pid))
    server.stop()
    assert not alive(pid)


def test_a_pid_file_of_a_stranger_is_no_hindrance(tmp_path):
    with throw_away_postgres(tmp_path) as server:
        os.kill(server.pid, signal.SIGKILL)
        assert within(5, lambda: not server.running)
        pid_file = tmp_path / "cluster" / "postmaster.pid"
        account = account_for(tmp_path / "cluster")
        user = {"user": account.uid, "group": account.gid} if os.getuid() == 0 else {}
        stranger = subprocess.Popen(["sleep", "60"], cwd="/", **user)
        try:
            lines = pid_file.read_text().splitlines()
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            server.start()
            assert server.pid != stranger.pid
        finally:
            stranger.kill()
            stranger.wait()


def test_an_interrupted_first_start_is_made_good(tmp_path):
    unfinished = tmp_path / "cluster.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with throw_away_postgres(tmp_path) as server:
        assert server.running
    assert not unfinished.exists()


def test_a_server_that_cannot_start_says_why_and_lets_the_folder_go(tmp_path):
    wrong = EmbeddedPostgres(
        tmp_path,
        durable=False,
        settings={"max_connections": "none"},
        programs_dir=throw_away_postgres(tmp_path)._programs_dir,
    )
    with pytest.raises(EmbeddedPostgresError, match="max_connections"):
        wrong.start()
    with throw_away_postgres(tmp_path) as server:
        assert server.running


def test_before_a_start_there_is_no_address(tmp_path):
    with pytest.raises(EmbeddedPostgresError):
        throw_away_postgres(tmp_path).url("postgres")


async def test_a_database_is_ensured_once(shared_server):
    name = 'odd "name" ä/%'
    await asyncio.gather(*(shared_server.ensure_database(name) for _ in range(4)))
    await shared_server.ensure_database(name)
    assert await run(shared_server, "SELECT current_database()", name) == name
    engine = create_async_engine(shared_server.url(name))
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_database()")) == name
    await engine.dispose()


async def test_the_server_is_small_and_reached_by_socket_alone(shared_server):
    expected = {
        "listen_addresses": "",
        "jit": "off",
        "shared_buffers": "64MB",
        "max_connections": "100",
        "TimeZone": "UTC",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
    }
    for name, value in expected.items():
        assert await run(shared_server, f"SHOW {name}") == value, name
    locale = "SELECT datlocale FROM pg_database WHERE datname = 'postgres' AND datlocprovider = 'b'"
    assert await run(shared_server, locale) == "C.UTF-8"


def test_the_socket_folder_is_the_accounts_alone(shared_server):
    found = socket_dir(shared_server).stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == (shared_server.data_dir / "cluster").stat().st_uid
    assert found.st_uid != 0


async def test_values_in_failing_statements_stay_out_of_the_log(shared_server):
    await run(shared_server, "CREATE TABLE person (phone text UNIQUE)")
    for statement in (
        "INSERT INTO person VALUES ('13912345678')",
        "INSERT INTO person VALUES ('13912345678')",
        "SELECT '13912345678x'::bigint",
    ):
        with contextlib.suppress(asyncpg.PostgresError):
            await run(shared_server, statement)
    assert "139123" not in shared_server.log_path.read_text()
    assert "ready to accept connections" in shared_server.log_path.read_text()


@pytest.mark.parametrize(("length", "used"), [(106, True), (107, True), (108, False)])
def test_a_long_temporary_folder_is_not_used_for_the_socket(monkeypatch, length, used):
    with tempfile.TemporaryDirectory(dir="/tmp") as base:
        Path(base).chmod(0o755)
        rest = length - len(f"{base}/") - len(f"/talent-pg-12345678/{SOCKET}")
        folder = Path(base) / ("x" * rest)
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        server = throw_away_postgres(Path(base) / "data")
        with server:
            path = socket_dir(server) / SOCKET
            assert path.exists()
            assert (path.parent.parent == folder) == used
            assert len(str(path)) == length if used else len(str(path)) <= 107
        assert not path.parent.exists()
