"""Waking the processes that wait for committed work, by NOTIFY on connections of its own.

NOTIFY inside every business transaction would serialise commits, so a process sets a flag after
commit and sends at most one NOTIFY per few milliseconds. A lost signal costs only the poll
interval: whoever waits also polls.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from .stopping import stop

log = logging.getLogger(__name__)

CHANNEL = "talent_work"
_PAUSE = 0.003
_RETRY = 1.0


async def rest(work: asyncio.Event, seconds: float) -> None:
    """Return once there is work, or after some seconds.

    `asyncio.wait_for` would swallow a cancellation that comes together with the work (Python 3.11),
    and a loop that stops would go on for ever.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work.wait()


def asyncpg_dsn(url: str) -> str:
    """Return the plain DSN of an SQLAlchemy URL."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Wakeup:
    """Sends and receives the signal «there is work» of one database."""

    def __init__(self, url: str) -> None:
        self._dsn = asyncpg_dsn(url)
        self._flag = asyncio.Event()
        self._loops: set[str] = set()
        self._sender: asyncio.Task[None] | None = None

    def notify(self, *loops: str) -> None:
        """Ask for one NOTIFY soon, for loops by their names; costs the caller nothing."""
        self._loops.update(loops)
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
                        names = ",".join(sorted(self._loops))
                        self._loops.clear()
                        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, names)
                        await asyncio.sleep(_PAUSE)
                finally:
                    connection.terminate()
            except Exception as error:  # a connection cut at any moment; polling serves meanwhile
                log.info("signalling again", extra={"error": type(error).__name__})
                self._flag.set()  # the signal that found it lost goes out on the next one
                await asyncio.sleep(_RETRY)

    async def listen(self, wake: Callable[[frozenset[str]], None]) -> None:
        """Call `wake` on each signal, reconnecting for ever; run as a task, end by cancelling.

        It is given the loops that have work; none are named where it may be any.
        """

        def called(*given: Any) -> None:
            wake(frozenset(filter(None, str(given[-1]).split(","))))

        while True:
            lost = asyncio.Event()
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5)
                try:
                    connection.add_termination_listener(lambda _, lost=lost: lost.set())
                    await connection.add_listener(CHANNEL, called)
                    wake(frozenset())
                    await lost.wait()
                finally:
                    connection.terminate()
            except Exception as error:  # a connection cut at any moment; polling serves meanwhile
                log.info("listening again", extra={"error": type(error).__name__})
            await asyncio.sleep(_RETRY)

    async def close(self) -> None:
        if self._sender is not None:
            await stop([self._sender])
            self._sender = None
