"""The short way to PostgreSQL for what many people wait for: texts alone, straight to the driver.

A transaction of five statements takes half of the CPU time that it takes by SQLAlchemy's session.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy import Dialect, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

_IDLE = 30.0
"""Seconds after which a connection that rested is replaced: networks drop such without a word."""


class Row(asyncpg.Record):  # type: ignore[misc]
    """A row whose columns are attributes too, as SQLAlchemy's are."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Rows(list[Row]):
    """What a statement has returned."""

    def all(self) -> list[Row]:
        return self


class TextSession:
    """As much of a session as texts need: `execute` with values by name, and `info`."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.info: dict[str, Any] = {}

    async def execute(self, statement: TextClause, values: Mapping[str, Any]) -> Rows:
        sql, names = _written(statement)
        return Rows(await self._connection.fetch(sql, *(values[name] for name in names)))

    async def flush(self) -> None:
        """Do nothing: a text was sent when it was executed."""


class Shortcut:
    """One connection to a database, for one transaction at a time; a lost one is replaced."""

    def __init__(self, dsn: str, server_settings: Mapping[str, str]) -> None:
        self._dsn = dsn
        self._server_settings = dict(server_settings)
        self._connection: asyncpg.Connection | None = None
        self._used = 0.0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[TextSession]:
        """Yield a session; commit at the end, or after an error leave no connection behind."""
        async with self._turn:
            connection = await self._standing()
            try:
                async with connection.transaction():
                    yield TextSession(connection)
            except BaseException:
                # It may be lost, or keep statements of before a migration.
                self.close()
                raise
            self._used = time.monotonic()

    async def _standing(self) -> asyncpg.Connection:
        known = self._connection
        if known is not None and not known.is_closed() and time.monotonic() - self._used < _IDLE:
            return known
        self.close()
        self._connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            server_settings=self._server_settings,
            record_class=Row,
            max_cached_statement_lifetime=0,
        )
        return self._connection

    def close(self) -> None:
        """Let go of the connection; the next transaction makes another."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


_DIALECT: Dialect = asyncpg_dialect()  # type: ignore[no-untyped-call]
_WRITTEN: WeakKeyDictionary[TextClause, tuple[str, tuple[str, ...]]] = WeakKeyDictionary()


def _written(statement: TextClause) -> tuple[str, tuple[str, ...]]:
    """Return a text as the driver takes it, and the names of its values in their order."""
    known = _WRITTEN.get(statement)
    if known is None:
        compiled = statement.compile(dialect=_DIALECT)
        known = str(compiled), tuple(compiled.positiontup or ())
        _WRITTEN[statement] = known
    return known
