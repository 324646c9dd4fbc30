"""One transaction per edge: commit, rollback, lost connections, and which errors may pass."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import BigInteger, literal, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from talent_kit import database as kit
from talent_kit.database import Database, is_transient, is_unstorable, violated_constraint


@pytest.fixture
async def database(databases):
    database = Database(await databases.create(), 2)
    async with database.transaction() as session:
        await session.execute(
            text("CREATE TABLE seat (n int CONSTRAINT pk_seat PRIMARY KEY, holder text)")
        )
    yield database
    await database.close()


async def seats(database):
    async with database.transaction() as session:
        return (await session.execute(text("SELECT n FROM seat ORDER BY n"))).scalars().all()


async def cut(database):
    """Cut every other connection to the database from the server's side."""
    async with database.transaction() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def error_of(database, statement, **parameters):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind is what is tested
        async with database.transaction() as session:
            await session.execute(
                text(statement) if isinstance(statement, str) else statement, parameters
            )
    return caught.value


async def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_error(database):
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO seat VALUES (1)"))
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO seat VALUES (2)"))
            raise LookupError
    assert await seats(database) == [1]


async def test_the_connection_used_last_is_used_next(database):
    async def backend(session):
        return await session.scalar(text("SELECT pg_backend_pid()"))

    async with database.transaction() as one, database.transaction() as other:
        both = {await backend(one), await backend(other)}
    used = set()
    for _ in range(4):
        async with database.transaction() as session:
            used.add(await backend(session))
    assert len(both) == 2
    assert len(used) == 1, "what is prepared on it, and its memory, is not had twice"


async def test_connections_that_the_server_cut_are_replaced_unseen(database):
    other = Database(database.engine.url.render_as_string(hide_password=False), 1)
    async with database.transaction(), database.transaction():
        pass
    await asyncio.gather(seats(database), seats(database))
    await cut(other)
    await asyncio.sleep(0.05)
    assert await asyncio.gather(seats(database), seats(database)) == [[], []]
    await other.close()


async def test_an_idle_connection_is_asked_before_use(database, monkeypatch):
    pings = []
    await seats(database)
    monkeypatch.setattr(kit, "_answers", lambda connection: pings.append(connection) or False)
    monkeypatch.setattr(kit, "_IDLE", 60.0)
    assert await seats(database) == []
    assert not pings
    monkeypatch.setattr(kit, "_IDLE", -1.0)
    assert await seats(database) == []
    assert len(pings) == 1


async def test_a_lost_connection_may_pass(database):
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
        other = Database(database.engine.url.render_as_string(hide_password=False), 1)
        await cut(other)
        await other.close()
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT 1"))
        assert is_transient(caught.value)
        await session.invalidate()


async def test_a_server_that_goes_while_a_connection_is_made_may_pass(database, monkeypatch):
    async def goes(connection, *_, **__):
        connection.terminate()
        connection._check_open()

    monkeypatch.setattr(asyncpg.Connection, "set_type_codec", goes)
    other = Database(database.engine.url.render_as_string(hide_password=False), 1)
    error = await error_of(other, "SELECT 1")
    await other.close()
    assert isinstance(error, asyncpg.InterfaceError)
    assert is_transient(error)


async def test_a_full_pool_may_pass(database, monkeypatch):
    monkeypatch.setattr(database.engine.pool, "_timeout", 0.01)
    async with database.transaction() as one, database.transaction() as two:
        await one.execute(text("SELECT 1"))
        await two.execute(text("SELECT 1"))
        error = await error_of(database, "SELECT 1")
    assert isinstance(error, PoolTimeoutError)
    assert is_transient(error)


async def test_a_deadlock_may_pass(database):
    async def lock(first, second):
        async with database.transaction() as session:
            await session.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
            await asyncio.sleep(0.1)
            await session.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            await session.execute(text(f"SELECT pg_advisory_xact_lock({second})"))

    outcomes = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    error = next(outcome for outcome in outcomes if outcome is not None)
    assert is_transient(error)


async def test_a_lock_that_is_not_had_in_time_may_pass(database):
    async with database.transaction() as holder:
        await holder.execute(text("LOCK TABLE seat"))
        async with database.transaction() as session:
            await session.execute(text("SET LOCAL lock_timeout = '10ms'"))
            with pytest.raises(DBAPIError) as caught:
                await session.execute(text("SELECT 1 FROM seat"))
            assert is_transient(caught.value)
            await session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 / 0",
        "SELECT nothing FROM seat",
        "INSERT INTO seat VALUES (NULL)",
        select(literal("x", BigInteger)),
        select(literal(2**80, BigInteger)),
    ],
    ids=["arithmetic", "syntax", "constraint", "type", "size"],
)
async def test_what_would_fail_again_is_not_transient(database, statement):
    error = await error_of(database, statement)
    assert isinstance(error, DBAPIError)
    assert not is_transient(error)
    assert not is_unstorable(error)


async def test_a_text_with_nul_is_unstorable(database):
    assert is_unstorable(await error_of(database, "SELECT :given || 'x'", given="a\0b"))


async def test_a_broken_constraint_is_named_and_no_value_is_told(database):
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO seat VALUES (1, 'zhangsan')"))
    error = await error_of(database, "INSERT INTO seat VALUES (1, :holder)", holder="zhangsan")
    assert isinstance(error, IntegrityError)
    assert violated_constraint(error) == "pk_seat"
    assert "zhangsan" not in str(error)
    assert violated_constraint(await error_of(database, "SELECT 1 / 0")) is None


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (ValueError(), False),
        (KeyError(), False),
    ],
)
def test_other_errors_by_kind(error, transient):
    assert is_transient(error) is transient
