"""A service behind HTTP: connections kept and used again, answers passed on as they come."""

import asyncio
import random
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send
from talent_kit.problems import Unavailable

from .connection import AnswerBroken, Connection
from .errors import UpstreamUnavailable

_MOST_CONNECTIONS = 1000
"""To one service at once; further requests are refused, so that none can use up the machine."""
_IDLE_SECONDS = 4.0
"""After which a connection is not used again: less than any server keeps one."""
_PAUSES = (0.05, 0.2)
"""Seconds before the second and the third try, at most; at least half of it."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WITHOUT_LENGTH = frozenset({204, 304})


class HttpUpstream:
    """A service at a base URL, `http://host:port` or `https://host`.

    A request is sent again, twice at most, where no connection could be made; and where one broke
    before any byte of the answer, if the request changes nothing or has a body still in memory and
    an `Idempotency-Key` (a house test holds every POST to it). What cannot be reached is an
    UpstreamUnavailable.
    """

    def __init__(self, base_url: str, *, connect_seconds: float = 2.0) -> None:
        parts = urlsplit(base_url)
        if parts.hostname is None:
            raise ValueError("a base URL names a host")
        self._host = parts.hostname
        self._authority = parts.netloc.encode()
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._connect_seconds = connect_seconds
        self._idle: deque[Connection] = deque()
        self._busy = 0

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self._drop_idle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._busy >= _MOST_CONNECTIONS:
            raise Unavailable
        self._busy += 1
        connection: Connection | None = None
        try:
            connection = await self._answered(scope, receive)
            headers = connection.headers
            if connection.status in _WITHOUT_LENGTH:  # servers count it, and miss the body
                headers = [header for header in headers if header[0] != b"content-length"]
            await send(
                {"type": "http.response.start", "status": connection.status, "headers": headers}
            )
            while connection is not None:
                content = connection.taken() if connection.complete else await connection.read()
                if connection.complete:  # a slow client need not keep the service's connection
                    self._release(connection)
                    connection = None
                more = connection is not None
                await send({"type": "http.response.body", "body": content, "more_body": more})
        finally:
            self._busy -= 1
            if connection is not None:
                connection.abort()

    async def _answered(self, scope: Scope, receive: Receive) -> Connection:
        """Return a connection on which the answer's head has come."""
        method = scope["method"]
        head = self._head(scope)
        body = await receive()
        again = not body["more_body"] and (
            method in _SAFE
            or (
                method == "POST" and any(name == b"idempotency-key" for name, _ in scope["headers"])
            )
        )
        tries = 0
        while True:
            try:
                connection = self._kept() or await self._opened()
            except OSError as error:
                if tries == len(_PAUSES):
                    raise UpstreamUnavailable from error
            else:
                try:
                    await _ask(connection, head, method, body, receive)
                except AnswerBroken:
                    if connection.reused:
                        self._drop_idle()  # the service has most likely gone: so have the others
                    if connection.heard or not again or tries == len(_PAUSES):
                        raise
                except BaseException:
                    connection.abort()
                    raise
                else:
                    return connection
            # Not all at once: many may have lost the same service.
            await asyncio.sleep(_PAUSES[tries] * random.uniform(0.5, 1))  # noqa: S311
            tries += 1

    def _head(self, scope: Scope) -> bytes:
        target = scope["raw_path"]
        if scope["root_path"]:
            target = target.removeprefix(scope["root_path"].encode()) or b"/"
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        lines = [name + b": " + value for name, value in scope["headers"]]
        head = b"\r\n".join((b"%b %b HTTP/1.1" % (scope["method"].encode(), target), *lines))
        if b"\r\nhost: " not in head:
            head += b"\r\nhost: " + self._authority
        return head + b"\r\n\r\n"

    def _kept(self) -> Connection | None:
        """Return the connection that was used last, if the service keeps one for us."""
        oldest = time.monotonic() - _IDLE_SECONDS
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed and connection.idle_since > oldest:
                connection.reused = True
                return connection
            connection.abort()
        return None

    async def _opened(self) -> Connection:
        """Return a new connection; raises OSError, of which TimeoutError is one."""
        async with asyncio.timeout(self._connect_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection, self._host, self._port, ssl=self._tls
            )
        return connection

    def _release(self, connection: Connection) -> None:
        if connection.reusable:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)
        else:
            connection.abort()

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().abort()


async def _ask(
    connection: Connection, head: bytes, method: str, body: Message, receive: Receive
) -> None:
    """Send a request and wait for the answer's head; raises AnswerBroken."""
    connection.send(head + body["body"], method, more=body["more_body"])
    while body["more_body"]:
        body = await receive()
        if not await connection.write(body["body"], more=body["more_body"]):
            break
    await connection.answer()
