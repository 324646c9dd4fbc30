"""HTTP servers inside one process that listen on sockets of ours and leave signals to us."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn


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
            reason = f"port {port} of {host} is taken: stop what uses it, or set PORT"
        else:
            reason = f"cannot listen on port {port} of {host}: {error.strerror}"
        raise PortUnavailable(reason) from error


def address(listener: socket.socket) -> str:
    """Return `host:port` of a listening socket, as a URL has it."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Server(uvicorn.Server):
    """A server for one socket."""

    def __init__(
        self, app: Any, listener: socket.socket, grace: int, ready: Callable[[], None] | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
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
        if self._ready is not None:
            self._ready()

    def stop(self) -> None:
        """Take no new requests and finish those that came; asked again, finish nothing."""
        self.force_exit = self.should_exit
        self.should_exit = True

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
