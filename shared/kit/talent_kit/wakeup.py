"""Waking the processes that wait for committed work, by NOTIFY on connections of its own.

NOTIFY inside every business transaction would serialise commits, so a process sets a flag after
commit and sends at most one NOTIFY per few milliseconds. A lost signal costs only the poll
interval: whoever waits also polls.
"""

import asyncio
import contextlib
from collections.abc import Callable

import asyncpg
from sqlalchemy.engine import make_url

CHANNEL = "talent_work"
_PAUSE = 0.003
_RETRY = 1.0


def asyncpg_dsn(url: str) -> str:
    """Return the plain DSN of an SQLAlchemy URL."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Wakeup:
    """Sends and receives the signal «there is work» of one database."""

    def __init__(self, url: str) -> None:
        self._dsn = asyncpg_dsn(url)
        self._flag = asyncio.Event()
        self._sender: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Ask for one NOTIFY soon; costs the caller nothing."""
        self._flag.set()
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send(), name="wakeup-send")

    async def _send(self) -> None:
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5)
                try:
                    while True:
                        await self._flag.wait()
                        self._flag.clear()
                        await connection.execute(f"NOTIFY {CHANNEL}")
                        await asyncio.sleep(_PAUSE)
                finally:
                    connection.terminate()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                self._flag.set()  # the signal that found the connection lost goes out on the next
                await asyncio.sleep(_RETRY)

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` on each signal, reconnecting for ever; run as a task, end by cancelling."""
        while True:
            lost = asyncio.Event()
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5)
                try:
                    connection.add_termination_listener(lambda _, lost=lost: lost.set())
                    await connection.add_listener(CHANNEL, lambda *_: wake())
                    wake()
                    await lost.wait()
                finally:
                    connection.terminate()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                pass
            await asyncio.sleep(_RETRY)

    async def close(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender
            self._sender = None
