"""uvicorn's HTTP over httptools, with answers written at less cost."""

import asyncio
import math
from typing import Any
from urllib.parse import unquote

import httptools
from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

_CONTROLS = bytes([*range(9), *range(10, 32), 127])
"""All but the tab, which a header's value may hold."""
_WITHOUT_BODY = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """One request and its answer, whose head leaves with the first piece of its content.

    ASGI wants it so. It is one system call instead of two, and headers are looked at once.
    """

    _head = b""

    async def send(self, message: Message) -> None:  # type: ignore[override]
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started and message["type"] == "http.response.start":
            self._begin(message)
        elif (
            self.response_started
            and not self.response_complete
            and message["type"] == "http.response.body"
        ):
            self._go_on(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"{message['type']} where it does not belong")

    def _begin(self, message: Message) -> None:
        status = message["status"]
        lines: list[bytes] = []
        closing = False
        for given, value in (*self.default_headers, *message.get("headers", ())):
            name = given.lower()
            lines.append(name + b": " + value)
            if name == b"content-length":
                if self.chunked_encoding is None:
                    self.chunked_encoding = False
                    self.expected_content_length = int(value)
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                self.chunked_encoding = True
                self.expected_content_length = 0
            elif name == b"connection" and b"close" in value.lower().replace(b",", b" ").split():
                self.keep_alive = False
                closing = True
        if not self.keep_alive and not closing:
            lines.append(b"connection: close")
        framed = self.chunked_encoding is not None
        if not framed and self.scope["method"] != "HEAD" and status not in _WITHOUT_BODY:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked")
        head = STATUS_LINE[status] + b"\r\n".join([*lines, b"\r\n"])
        # Two for each line's own end: one more would end it early, and begin a line nobody meant.
        if len(head) - len(head.translate(None, _CONTROLS)) != 2 * len(lines) + 4:
            raise RuntimeError("a header holds a control character")
        self.response_started = True
        self.waiting_for_100_continue = False
        self._head = head

    def _go_on(self, body: bytes, *, more: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
            content = b""
        elif self.chunked_encoding:
            content = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            if not more:
                content += b"0\r\n\r\n"
        else:
            content = body
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("an answer is longer than it announced")
        if not more and self.expected_content_length:
            raise RuntimeError("an answer is shorter than it announced")
        if self._head or content:
            self.transport.write(self._head + content)
            self._head = b""
        if not more:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, whose requests are answered by `Cycle`; without WebSockets."""

    _idle_since = math.inf

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._idle_since = math.inf

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        scope: Any = self.scope
        scope["http_version"] = version
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = url.path
        scope["query_string"] = url.query or b""
        self._idle_since = math.inf  # it may have begun before the answer to the one before it
        before = self.cycle
        self.cycle = Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def _unset_keepalive_if_required(self) -> None:
        """Leave the timer: one for each request would cost more than looking when it is over."""

    def timeout_keep_alive_handler(self) -> None:
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left <= 0:
            super().timeout_keep_alive_handler()
        else:
            self._look_again(min(left, self.timeout_keep_alive))

    def _look_again(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler
        )
