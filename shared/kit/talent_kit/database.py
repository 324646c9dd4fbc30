"""One service's database: engine, sessions, and the one session dependency.

One request, one message or one step of the worker is one transaction. Services flush; only the
edge commits.
"""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import asyncpg
import sqlmodel
from fastapi import Depends, Request
from sqlalchemy import event, orm, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext import asyncio as sqlalchemy_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from . import tables
from .bulk import insert_many
from .shortcut import Shortcut
from .wakeup import Wakeup, asyncpg_dsn

SAVED_EVENTS = "talent_kit.saved_events"
"""Key of `session.info`: the rows of the outbox that this transaction saves as it ends."""

READ_KEYS = "talent_kit.read_keys"
"""Key of `session.info`: the data keys that this transaction has read or made, by talent."""

_WAKE = "talent_kit.wake"
"""Key of `session.info`: the worker's loops to which the transaction leaves work."""

_TRANSIENT_SQLSTATES = ("08", "40", "53", "55P03", "57P")
"""Connection, rollback (deadlock, serialisation), resources, lock not had, operator's doing."""

_STATEMENTS = 1000
"""Prepared statements kept on a connection; preparing one anew costs as much as running it."""

_SERVER_SETTINGS = {"jit": "off"}

_IDLE = 30.0
"""Seconds after which an idle connection is asked whether it still answers."""


def create_engine(url: str, pool: int) -> AsyncEngine:
    """Return an engine whose errors carry no parameters, and which replaces lost connections.

    The connection given back last is taken first: a server process grows with what was prepared on
    it, so those that only a rush needs stay small.
    """
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=5,
        hide_parameters=True,
        connect_args={
            "timeout": 5,
            "server_settings": _SERVER_SETTINGS,
            "prepared_statement_cache_size": _STATEMENTS,
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_lost)
    event.listen(engine.sync_engine, "checkin", _note_return)
    return engine


def _refuse_lost(connection: Any, record: Any, _: Any) -> None:
    """Make the pool reconnect where the server hung up.

    A hang-up shows on the socket, without a question; asking at each checkout would cost three
    round trips. Only after a pause is the server asked, for networks that drop idle connections.
    """
    lost = connection.driver_connection.is_closed()
    if not lost and time.monotonic() - record.info.get(_note_return, math.inf) > _IDLE:
        lost = not _answers(connection)
    if lost:
        raise InvalidatePoolError


def _answers(connection: Any) -> bool:
    try:
        connection.ping()
    except Exception:  # whatever it is, another connection is the answer
        return False
    return True


def _note_return(_: Any, record: Any) -> None:
    record.info[_note_return] = time.monotonic()


class _SyncSession(sqlmodel.Session):
    execute = orm.Session.execute


class _Session(AsyncSession):
    """SQLModel's session with `execute` for Core statements, which SQLModel warns of each time."""

    sync_session_class = _SyncSession
    execute = sqlalchemy_asyncio.AsyncSession.execute


class Database:
    """Sessions on one service's own database."""

    def __init__(self, url: str, pool: int) -> None:
        self.engine = create_engine(url, pool)
        self.wakeup = Wakeup(url)
        self._shortcut = Shortcut(asyncpg_dsn(url), _SERVER_SETTINGS)
        self.single = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same connections for a single statement, which needs no transaction around it."""
        self._sessions = async_sessionmaker(self.engine, class_=_Session, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that commits at the end, or rolls back on an error.

        Its events are written last, by one statement. What the transaction left to the worker
        wakes it after the commit: events, timers, others.
        """
        async with self._sessions() as session:
            session.info[SAVED_EVENTS] = []
            async with session.begin():
                yield session
                await insert_many(session, tables.outbox, session.info[SAVED_EVENTS])
            self._wake(session.info)

    @asynccontextmanager
    async def short_transaction(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that runs texts alone (`text()`, `insert_many`), and else is the same.

        One at a time in a process: for where many people's work shares a transaction.
        """
        async with self._shortcut.transaction() as made:
            session = cast("AsyncSession", made)
            session.info[SAVED_EVENTS] = []
            yield session
            await insert_many(session, tables.outbox, session.info[SAVED_EVENTS])
        self._wake(session.info)

    def _wake(self, info: dict[Any, Any]) -> None:
        loops: set[str] = info.get(_WAKE, set())
        if info[SAVED_EVENTS]:
            loops = loops | {"relay"}
        if loops:
            self.wakeup.notify(*loops)

    async def check(self) -> None:
        """Raise if the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.wakeup.close()
        self._shortcut.close()
        await self.engine.dispose()


@asynccontextmanager
async def savepoint(session: AsyncSession) -> AsyncIterator[None]:
    """Undo what is done inside, and nothing else, where it ends with an error, which goes on."""
    saved = len(session.info[SAVED_EVENTS])
    try:
        async with session.begin_nested():
            yield
    except BaseException:
        del session.info[SAVED_EVENTS][saved:]
        session.info.pop(READ_KEYS, None)  # one that was made inside is not there any more
        raise


BY_INDEXES = "set_config('enable_seqscan', 'off', true)"
"""What the first statement of a transaction selects besides, where those after it look up little in
tables that grow fast: they go by indexes, also by a plan that was kept from when these were small.
Unlike `plan_anew` it costs no planning, and none but lookups may follow."""

_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")


async def plan_anew(session: AsyncSession) -> None:
    """Have the statements of this transaction planned for what they are given: for large batches.

    A plan kept from when a table was small reads all of it for every batch, until autovacuum's
    next look: matching 10^5 people took three times as long, filing them again twice.
    """
    await session.execute(_PLAN_ANEW)


def wake(session: AsyncSession, loop: str) -> None:
    """Wake a loop of the worker by its name once the transaction has committed."""
    session.info.setdefault(_WAKE, set()).add(loop)


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.service.database.transaction() as session:
        request.state.session = session
        yield session


SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The request's session. Function scope: it commits before the answer goes out, and a failed
commit is an error that the caller sees."""


def is_transient(error: BaseException) -> bool:
    """Tell whether the same work may succeed later: lost connection, no free one, deadlock."""
    if isinstance(error, DBAPIError):
        state = sqlstate(error)
        if state is None:
            return error.connection_invalidated
        return state.startswith(_TRANSIENT_SQLSTATES)
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(_TRANSIENT_SQLSTATES)
    # The driver's own comes where the server goes away while a connection is being made.
    return isinstance(error, OSError | TimeoutError | PoolTimeoutError | asyncpg.InterfaceError)


def is_unstorable(error: BaseException) -> bool:
    """Tell whether PostgreSQL refused a text that no column can hold, such as a NUL character."""
    state = sqlstate(error) if isinstance(error, DBAPIError) else getattr(error, "sqlstate", None)
    return state in {"22021", "22P05"}


def sqlstate(error: DBAPIError) -> str | None:
    """Return the five-character SQLSTATE of a database error, if it has one."""
    state: Any = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def violated_constraint(error: DBAPIError) -> str | None:
    """Return the name of the constraint that an IntegrityError broke."""
    name: Any = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    return name if isinstance(name, str) else None
