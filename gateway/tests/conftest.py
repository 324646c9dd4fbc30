"""A gateway before real ASGI applications: one echoes, others misbehave on purpose."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from talent_gateway import Gateway, GatewaySettings, HttpUpstream, InProcess
from talent_gateway.routes import ROUTES
from talent_gateway.upstream import Upstream
from talent_kit.http import HttpProtocol
from talent_kit.testing.services import ISSUER, Issuer

sys.path.insert(0, str(Path(__file__).parent))
from echo import Cancelling, Echo, serving


@dataclass
class Edge:
    """A gateway, what stands behind it, and a client before it."""

    gateway: Gateway
    echoes: Mapping[str, Echo]
    """What stands for each service, by its name."""
    issuer: Issuer
    client: httpx2.AsyncClient

    @property
    def identity(self) -> Echo:
        return self.echoes["identity"]

    @property
    def policy(self) -> Echo:
        return self.echoes["policy"]

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


@asynccontextmanager
async def _edge(
    issuer: Issuer,
    *,
    base_url: str = "http://gateway.test",
    over_http: bool = False,
    more: dict[str, Any] | None = None,
    **given: Any,
) -> AsyncIterator[Edge]:
    echoes = {name: Echo(name) for name in sorted(set(ROUTES.values()))}
    async with AsyncExitStack() as stack:
        upstreams: dict[str, Upstream] = {}
        for echo in echoes.values():
            if over_http:
                port = await stack.enter_async_context(serving(Cancelling(echo.app)))
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
        yield Edge(gateway, echoes, issuer, client)
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
    params=[("httptools", False), ("h11", False), (HttpProtocol, True), ("h11", True)],
    ids=["httptools", "h11", "ours-over-http", "h11-over-http"],
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
