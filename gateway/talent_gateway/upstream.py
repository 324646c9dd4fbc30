"""The port behind which a service answers, in this process or elsewhere.

Whatever both ways share (routes, tokens, limits, headers, timeouts, trace) happens before the port.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send


class Upstream(Protocol):
    """A service. The scope is checked and holds only what the service may see.

    A `Problem` raised before the answer began is rendered as it is, any other as OutcomeUnknown.
    """

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Return what must be open while the service is called."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class InProcess:
    """A service that lives in the gateway's own process."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        async with self._app.router.lifespan_context(self._app):
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def ask(upstream: Upstream, path: str, seconds: float) -> tuple[int, bytes]:
    """Return status and content of a GET that the gateway itself makes; raises TimeoutError."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"gateway"), (b"accept", b"application/json")],
        "client": None,
        "server": None,
    }
    status = 0
    content: list[bytes] = []
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            content.append(message.get("body", b""))

    async with asyncio.timeout(seconds):
        await upstream(scope, receive, send)
    return status, b"".join(content)
