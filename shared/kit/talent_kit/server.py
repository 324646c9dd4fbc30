"""HTTP servers on listening sockets of ours, which leave signals to their process."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from .http import HttpProtocol

KEEP_ALIVE = 75
"""Seconds for which an idle connection stays open: longer than callers keep theirs for reuse, so
that none sends a request into a connection that is just being closed."""


class PortUnavailable(Exception):  # noqa: N818 - a state of the machine
    """The address cannot be listened on; the text says why."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; who connects before the server is up waits for it.

    Raises PortUnavailable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} of {host} is taken: stop what uses it, or set another PORT"
        else:
            reason = f"cannot listen on port {port} of {host}: {error.strerror}"
        raise PortUnavailable(reason) from error


def address(listener: socket.socket) -> str:
    """Return `host:port` of a listening socket, as a URL has it."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Server(uvicorn.Server):
    """A server for one socket.

    `grace` is how many seconds open requests may take once it is told to stop. With `lifespan` the
    application's own is entered; without, the caller has done so.
    """

    def __init__(
        self,
        app: Any,
        listener: socket.socket,
        grace: int,
        ready: Callable[[], None] | None = None,
        *,
        lifespan: bool = False,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=HttpProtocol,
                ws="none",
                lifespan="on" if lifespan else "off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=grace,
            )
        )
        self._listener = listener
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None and self.started:
            self._ready()

    def stop(self) -> None:
        """Take no new requests and finish those that came; asked again, finish nothing."""
        self.force_exit = self.should_exit
        self.should_exit = True

    def stop_on_signals(self) -> None:
        """Stop when a person or a service manager says so."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)

    async def run_until_stopped(self) -> None:
        await self.serve(sockets=[self._listener])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve until the block ends."""
        task = asyncio.create_task(self.run_until_stopped())
        try:
            yield
        finally:
            self.stop()
            with contextlib.suppress(asyncio.CancelledError):
                await task


_NEW_OBJECTS = 10_000
"""How many more objects come than go before the collector looks; Python's own figure is 700."""


def freeze() -> None:
    """Tell the garbage collector that what stands now stays for good, and need not be looked at.

    To look at all of it takes 0.2 s; batches of some hundred rows brought that about so often that
    it was half of a worker's time. What comes later is looked at more seldom, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


async def serve(app: Any, listener: socket.socket, grace: int) -> bool:
    """Serve an application and its lifespan until SIGINT or SIGTERM; tell whether it had begun."""
    server = Server(app, listener, grace, freeze, lifespan=True)
    server.stop_on_signals()
    await server.run_until_stopped()
    return server.started
