"""The edge: one address for mini-programs, consoles and partners."""

import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.trace import Span
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from talent_kit import logs
from talent_kit.problems import MethodNotAllowed, NotFound, Problem, Unauthenticated, render
from talent_kit.tokens import TokenVerifier

from .bodies import read_body
from .callers import Callers
from .errors import ClientGone, HeadersAmbiguous
from .exchange import Answer, Calls
from .headers import Inbound, sort_out
from .health import Check, Readiness
from .openapi import OpenApi
from .pages import Pages
from .rates import RateLimit, address_key
from .routes import UPLOADS, Route, RouteTable, check_path
from .settings import GatewaySettings
from .tracing import Traces, describe, traceparent
from .upstream import Upstream

log = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499
"""What the access line says, as nginx does, when nobody was left to answer."""


class Gateway:
    """An ASGI application in front of the services.

    `upstreams` are the services by name; `mounts` are further applications by prefix, which do not
    see that prefix; `readiness` are further parts that must serve, by name.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        upstreams: Mapping[str, Upstream],
        *,
        mounts: Mapping[str, Upstream] | None = None,
        readiness: Mapping[str, Check] | None = None,
        exporter: SpanExporter | None = None,
    ) -> None:
        mounts = mounts or {}
        self._settings = settings
        self._lives = [*upstreams.values(), *mounts.values()]
        self._table = RouteTable(upstreams, mounts)
        self._callers = Callers(
            TokenVerifier(
                issuer=settings.issuer, audience=settings.audience, jwks_url=settings.jwks_url
            )
        )
        self._calls = Calls(settings.timeout)
        self._rates = RateLimit(settings.rate, settings.rate_burst)
        self._pages = Pages(
            Readiness(upstreams, readiness or {}),
            OpenApi(upstreams, self._table, settings.public_url),
            settings.public_url,
        )
        self._traces = Traces(settings.otlp_endpoint, settings.trace_sample, exporter)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Hold open what the upstreams need; a server does so by ASGI's lifespan messages."""
        async with AsyncExitStack() as stack:
            stack.callback(self._traces.close)
            for upstream in self._lives:
                await stack.enter_async_context(upstream.lifespan())
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        phase = "startup"
        try:
            async with self.lifespan():
                await send({"type": "lifespan.startup.complete"})
                await receive()
                phase = "shutdown"
        except Exception as error:
            # The error's text may hold an address with a password: the log has its type and place.
            log.error("%s failed", phase, exc_info=error)
            await send({"type": f"lifespan.{phase}.failed", "message": type(error).__name__})
        else:
            await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        inbound = sort_out(scope["headers"])
        answer = Answer(send, inbound.request_id, scope["scheme"])
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        label = "unmatched"
        id_token = logs.request_id.set(inbound.request_id)
        name_token = logs.service_name.set("gateway")
        try:
            with self._traces.request(method, inbound.traceparent) as span:
                status = 0
                try:
                    route = self._route(scope, inbound)
                    label = route if isinstance(route, str) else route.prefix
                    await self._answer(route, scope, inbound, span, receive, answer)
                    status = answer.status
                except ClientGone:
                    status = _CLIENT_GONE
                except Exception as error:
                    status = await self._refuse(error, scope, inbound, receive, answer)
                finally:
                    describe(span, method, label, status)
                    seconds = time.perf_counter() - started
                    logs.request_answered(log, method, label, status, seconds, span)
        finally:
            logs.service_name.reset(name_token)
            logs.request_id.reset(id_token)

    def _route(self, scope: Scope, inbound: Inbound) -> Route | str:
        """Return where a request goes: a service's route or the path of a page of our own."""
        if scope["method"] not in _METHODS:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(_METHODS))})
        if inbound.ambiguous:
            raise HeadersAmbiguous(headers={"Connection": "close"})
        path = scope["path"]
        check_path(scope["raw_path"], path)
        if path in self._pages:
            return str(path)
        route = self._table.find(path)
        if route is None:
            raise NotFound
        return route

    async def _answer(
        self,
        route: Route | str,
        scope: Scope,
        inbound: Inbound,
        span: Span | None,
        receive: Receive,
        answer: Answer,
    ) -> None:
        if isinstance(route, str):
            response = await self._pages.page(route, Request(scope))
            await response(scope, receive, answer.send)
            return
        authorization = inbound.authorization
        if authorization and (subject := self._callers.known(authorization)) is not None:
            self._rates.charge(f"subject {subject}")
        else:
            await self._admit(scope, inbound)
        settings = self._settings
        upload = scope["method"] == "POST" and scope["path"] in UPLOADS
        most = settings.max_upload_bytes if upload else settings.max_body_bytes
        route.circuit.check()
        body = await read_body(receive, inbound.body_length, most, settings.timeout)
        try:
            trace = traceparent(span, inbound.traceparent)
            forwarded = _forwarded(scope, route, inbound, trace, body.length)
            with route.circuit:
                await self._calls.make(route.upstream, forwarded, body, receive, answer)
        finally:
            body.close()

    async def _admit(self, scope: Scope, inbound: Inbound) -> None:
        """Check token and rate; a bad token counts against the address that sent it."""
        if inbound.authorization is None:
            self._rates.charge(_address(scope))
            return
        try:
            subject = await self._callers.subject(inbound.authorization)
        except Unauthenticated:
            self._rates.charge(_address(scope))
            raise
        self._rates.charge(f"subject {subject}")

    async def _refuse(
        self, error: Exception, scope: Scope, inbound: Inbound, receive: Receive, answer: Answer
    ) -> int:
        problem = error if isinstance(error, Problem) else Problem()
        if problem.status == 500:
            log.error("unhandled error", exc_info=error)
        if answer.status:
            return answer.status
        if inbound.body_length is None:
            problem.extra_headers["Connection"] = "close"
        problem.extra_headers["Cache-Control"] = "no-store"
        await render(problem, Request(scope))(scope, receive, answer.send)
        return problem.status


def _address(scope: Scope) -> str:
    """Return the bucket of a caller who is known by the address alone."""
    return address_key(scope["client"][0] if scope.get("client") else "unknown")


def _forwarded(
    scope: Scope, route: Route, inbound: Inbound, trace: bytes, body_length: int
) -> Scope:
    """Return the scope that a service gets: nothing in it comes unchecked from the client."""
    client = scope.get("client")
    headers = [
        *inbound.kept,
        (b"x-request-id", inbound.request_id.encode()),
        (b"x-forwarded-for", (client[0] if client else "unknown").encode()),
        (b"x-forwarded-proto", scope["scheme"].encode()),
        (b"traceparent", trace),
    ]
    if body_length or inbound.body_length != 0:
        headers.append((b"content-length", b"%d" % body_length))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": scope["method"],
        "scheme": scope["scheme"],
        "path": scope["path"],
        "raw_path": scope["raw_path"],
        "query_string": scope["query_string"],
        "root_path": route.prefix if route.mounted else "",
        "headers": headers,
        "client": client,
        "server": scope.get("server"),
    }
