"""A service that tells what it got, or misbehaves on purpose, and a server for it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@dataclass
class Echo:
    """A service that tells what it got, and lives as long as its lifespan."""

    name: str
    calls: int = 0
    running: bool = False
    ready: bool = True
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    openapi_status: int = 200
    openapi: dict[str, Any] = field(default_factory=lambda: {"paths": {}})

    @property
    def app(self) -> Starlette:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            self.running = True
            try:
                yield
            finally:
                self.running = False

        return Starlette(
            lifespan=lifespan,
            routes=[
                Route("/health/ready", self._ready),
                Route("/openapi.json", self._openapi),
                Route("/v1/talents/slow", _Raw(self._slow)),
                Route("/v1/talents/cut", _Raw(self._cut)),
                Route("/v1/talents/silent", _Raw(self._silent)),
                Route("/v1/talents/stream", _Raw(self._stream)),
                Route("/v1/talents/headers", self._headers),
                Route("/{path:path}", self._echo, methods=_METHODS),
            ],
        )

    async def _ready(self, _: Request) -> Response:
        self.calls += 1
        return JSONResponse({}, 200 if self.ready else 503)

    async def _openapi(self, _: Request) -> Response:
        return JSONResponse(self.openapi, self.openapi_status)

    async def _echo(self, request: Request) -> Response:
        self.calls += 1
        body = await request.body()
        return JSONResponse(
            {
                "service": self.name,
                "method": request.method,
                "path": request.scope["path"],
                "seen": request.path_params["path"],
                "query": request.url.query,
                "headers": [[name, value] for name, value in request.headers.items()],
                "length": len(body),
                "body": body[:100].decode("latin-1"),
            },
            headers={"Talent-Consistency": "abc", "ETag": '"1"'},
        )

    async def _headers(self, _: Request) -> Response:
        internal = {
            "Server": "secret/1.0",
            "X-Powered-By": "secret",
            "X-Talent-Principal": "secret",
            "X-Request-Id": "of-the-service",
            "Keep-Alive": "timeout=5",
            "Referrer-Policy": "unsafe-url",
        }
        return Response("ok", headers=internal | {"Location": "/v1/talents/1"})

    async def _slow(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        self.entered.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def _silent(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()

    async def _cut(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ValueError("Ms Example, 350702199001010017")

    async def _stream(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        self.entered.set()
        try:
            for _ in range(16):
                await send({"type": "http.response.body", "body": b"tick ", "more_body": True})
                await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        await send({"type": "http.response.body", "body": b"end"})


class _Raw:
    """Starlette calls functions with a Request, but classes as plain ASGI."""

    def __init__(self, serve: Callable[[Scope, Receive, Send], Any]) -> None:
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._serve(scope, receive, send)


class Cancelling:
    """An application whose work ends when its client leaves, which servers do not see to."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: asyncio.Queue[Any] = asyncio.Queue()

        async def pump() -> None:
            while (message := await receive())["type"] != "http.disconnect":
                messages.put_nowait(message)
            working.cancel()

        working = asyncio.create_task(self._app(scope, messages.get, send))
        pumping = asyncio.create_task(pump())
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            pumping.cancel()


@asynccontextmanager
async def serving(app: Any, http: Any = "httptools") -> AsyncIterator[int]:
    """Serve an application over TCP and yield its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=http,
            lifespan="on",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
