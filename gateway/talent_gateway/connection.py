"""A connection to a service: HTTP/1.1, one request at a time, and no byte changed.

Our own over httptools, since what a proxy must know (whether a byte of the answer came, whether the
whole request left) is what client libraries hide, and for its cost: docs/decisions/0020.
"""

import asyncio
import contextlib
from typing import cast

import httptools

from .headers import RawHeaders

_MOST_WAITING = 256 * 1024
"""Bytes of an answer that wait here for their client before the service has to wait as well."""
_MOST_HEAD = 64 * 1024


class AnswerBroken(ConnectionError):  # noqa: N818 - what happened to the answer
    """The answer ended before its end, or is not HTTP."""


class Connection(asyncio.Protocol):
    """Sends requests and reads their answers, in turn."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.reused = False
        self.heard = False
        """Whether a byte came in answer to the present request."""
        self.complete = True
        """Whether the present answer is here as a whole."""
        self.status = 0
        self.headers: RawHeaders = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._failure: Exception | None = None
        self._head_only = False
        self._head_size = 0
        self._head_complete = False
        self._sent = False
        self._reusable = False
        self._paused = False
        self._blocked = False
        self.closed = True

    @property
    def reusable(self) -> bool:
        """Whether another request may follow: both sides said all they had to say."""
        return self._reusable and self._sent and not self.closed

    def send(self, head: bytes, method: str, *, more: bool) -> None:
        """Begin a request; `head` may hold the whole body, else more is written."""
        if self.closed:
            raise AnswerBroken
        if self._parser is None:
            self._parser = httptools.HttpResponseParser(self)
        self.heard = self.complete = self._head_complete = self._reusable = False
        self.headers = []
        self._head_only = method == "HEAD"
        self._head_size = 0
        self._sent = not more
        self._transport.write(head)

    async def write(self, piece: bytes, *, more: bool) -> bool:
        """Send a piece of the body; False where the service answered without waiting for it."""
        if self._failure is not None:
            raise self._failure
        self._transport.write(piece)
        while self._blocked and not self._head_complete:
            await self._changed()
        self._sent = not more
        return not self._head_complete

    async def answer(self) -> None:
        """Wait for status and headers; raises AnswerBroken."""
        while not self._head_complete:
            await self._changed()

    async def read(self) -> bytes:
        """Return what came of the body since, nothing only at its end; raises AnswerBroken."""
        while not self._pieces and not self.complete:
            await self._changed()
        return self.taken()

    def taken(self) -> bytes:
        """Return what came of the body since, which may be nothing."""
        content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._waiting = 0
        if self._paused and not self.closed:
            self._paused = False
            self._transport.resume_reading()
        return content

    def abort(self) -> None:
        """Cut the connection, whatever is under way."""
        if not self.closed:
            self.closed = True
            self._transport.abort()

    def _changed(self) -> asyncio.Future[None]:
        """Return what is done once something has changed; raises AnswerBroken if nothing will."""
        if self._failure is not None:
            raise self._failure
        self._waiter = self._loop.create_future()
        return self._waiter

    def _tell(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _fail(self, cause: Exception | None) -> None:
        self._failure = AnswerBroken()
        self._failure.__cause__ = cause
        self._reusable = False
        self.abort()
        self._tell()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.closed = False

    def data_received(self, data: bytes) -> None:
        if self.complete or self._parser is None:
            self.abort()  # nobody asked: such as 408 on an idle connection
            return
        self.heard = True
        if not self._head_complete:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self.complete:
                self._reusable = False  # the answer is whole, what follows is none
            else:
                self._fail(error)
        else:
            if not self._head_complete and self._head_size > _MOST_HEAD:
                self._fail(None)
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.complete and self._failure is None:
            framed = any(
                name in {b"content-length", b"transfer-encoding"} for name, _ in self.headers
            )
            if self._head_complete and exc is None and not framed:
                self.complete = True  # an answer of no announced length ends with its connection
                self._tell()
            else:
                self._fail(exc)

    def pause_writing(self) -> None:
        self._blocked = True

    def resume_writing(self) -> None:
        self._blocked = False
        self._tell()

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_complete:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self.complete or self._parser is None:
            return
        status = self._parser.get_status_code()
        if status < 200:
            self.headers = []  # such as 103 Early Hints: the answer proper is still to come
            return
        self.status = status
        self._head_complete = True
        if self._head_only:
            self.complete = True
            self._reusable = self._parser.should_keep_alive()
            self._parser = None  # it expects a body

    def on_body(self, body: bytes) -> None:
        if self.complete:
            self._reusable = False
            return
        self._pieces.append(body)
        self._waiting += len(body)
        if self._waiting > _MOST_WAITING and not self._paused:
            self._paused = True
            with contextlib.suppress(RuntimeError):
                self._transport.pause_reading()

    def on_message_begin(self) -> None:
        if self.complete:
            self._reusable = False  # a second answer to one request

    def on_message_complete(self) -> None:
        if self._head_complete and not self.complete and self._parser is not None:
            self.complete = True
            self._reusable = self._parser.should_keep_alive()
