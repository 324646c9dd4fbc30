"""A gateway before real ASGI applications: one echoes, others misbehave on purpose."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from talent_gateway import Gateway, GatewaySettings, HttpUpstream, InProcess
from talent_gateway.upstream import Upstream
from talent_kit.testing.services import ISSUER, Issuer

sys.path.insert(0, str(Path(__file__).parent))

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


@dataclass
class Edge:
    """A gateway, what stands behind it, and a client before it."""

    gateway: Gateway
    identity: Echo
    policy: Echo
    issuer: Issuer
    client: httpx2.AsyncClient

    async def raw(self, path: str, raw_path: bytes | None = None, **scope: Any) -> int:
        """Return the status of a GET for a path as it stands, which no client library touches."""
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        whole = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode() if raw_path is None else raw_path,
            "query_string": b"",
            "headers": [(b"host", b"gateway.test")],
            "client": ("192.0.2.1", 40000),
            "server": ("gateway.test", 80),
        }
        await self.gateway(whole | scope, receive, send)
        return statuses[0]


class _Cancelling:
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
async def serving(app: Any, http: str = "httptools") -> AsyncIterator[int]:
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


@asynccontextmanager
async def _edge(
    issuer: Issuer,
    *,
    base_url: str = "http://gateway.test",
    over_http: bool = False,
    more: dict[str, Any] | None = None,
    **given: Any,
) -> AsyncIterator[Edge]:
    identity, policy = Echo("identity"), Echo("policy")
    async with AsyncExitStack() as stack:
        upstreams: dict[str, Upstream] = {}
        for echo in (identity, policy):
            if over_http:
                port = await stack.enter_async_context(serving(_Cancelling(echo.app)))
                upstreams[echo.name] = HttpUpstream(f"http://127.0.0.1:{port}")
            else:
                upstreams[echo.name] = InProcess(echo.app)
        upstreams |= (more or {}).get("upstreams", {})
        options = {name: value for name, value in (more or {}).items() if name != "upstreams"}
        gateway = Gateway(
            GatewaySettings(issuer=ISSUER, jwks_url=issuer.jwks_url, **given), upstreams, **options
        )
        client = await stack.enter_async_context(
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=gateway, client=("192.0.2.1", 40000)),
                base_url=base_url,
            )
        )
        yield Edge(gateway, identity, policy, issuer, client)
        for upstream in upstreams.values():  # so that servers need not wait for connections kept
            if isinstance(upstream, HttpUpstream):
                async with upstream.lifespan():
                    pass


MakeEdge = Callable[..., AbstractAsyncContextManager[Edge]]


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
def make_edge(issuer: Issuer) -> MakeEdge:
    """Open a gateway with settings, mounts and whatever else its constructor takes."""
    return partial(_edge, issuer)


@pytest.fixture
async def edge(make_edge: MakeEdge) -> AsyncIterator[Edge]:
    async with make_edge() as made:
        yield made


@dataclass
class Wire:
    """A gateway behind a real server, to be spoken to byte by byte."""

    edge: Edge
    port: int

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def exchange(self, request: bytes) -> bytes:
        """Send bytes and return all that comes until the server closes or falls silent."""
        reader, writer = await self.open()
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(65536), 5)
        try:
            while chunk := await asyncio.wait_for(reader.read(65536), 0.2):
                answer += chunk
        except TimeoutError:
            pass
        writer.close()
        return answer


@pytest.fixture(
    scope="session",
    params=[("httptools", False), ("h11", False), ("httptools", True), ("h11", True)],
    ids=["httptools", "h11", "httptools-over-http", "h11-over-http"],
)
async def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Wire]:
    http, over_http = request.param
    issuer = Issuer(tmp_path_factory.mktemp("issuer"))
    async with _edge(issuer, over_http=over_http, max_body_bytes=2048, timeout=0.8) as edge:
        async with serving(edge.gateway, http) as port:
            yield Wire(edge, port)
        assert over_http or not edge.identity.running
    assert not edge.identity.running
    assert not edge.policy.running


@pytest.fixture
def wire(served: Wire) -> Wire:
    """The served gateway, with services that remember nothing of earlier tests."""
    for echo in (served.edge.identity, served.edge.policy):
        assert echo.running
        echo.calls = 0
        echo.entered.clear()
        echo.cancelled.clear()
    return served
