"""What surrounds a service's requests: id, trace, size, consistency, last resort, a log line."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from opentelemetry import propagate
from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request

from . import consistency, logs
from .database import is_transient, is_unstorable
from .problems import Invalid, Problem, TooLarge, Unavailable, render

if TYPE_CHECKING:
    from .service import Service

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID and nothing else: the id stands in logs, where a caller's own text might name someone."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMiddleware:
    """The outermost layer of a service's ASGI application, whose state names the service."""

    def __init__(self, app: App, uploads: Collection[str] = ()) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        service: Service = scope["app"].state.service
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        identifier = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        id_token = logs.request_id.set(identifier)
        name_token = logs.service_name.set(service.name)
        try:
            with service.telemetry.tracer.start_as_current_span(
                _method(scope),
                context=propagate.extract({"traceparent": headers.get("traceparent", "")}),
                kind=SpanKind.SERVER,
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                await self._serve(service, scope, receive, send, identifier, span)
        finally:
            logs.service_name.reset(name_token)
            logs.request_id.reset(id_token)

    async def _serve(
        self,
        service: "Service",
        scope: Scope,
        receive: Receive,
        send: Send,
        identifier: str,
        span: Span,
    ) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-Id"] = identifier
                out.setdefault("Cache-Control", "no-store")
                out.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            try:
                limited = _limited(scope, receive, self._most(service, scope))
                await _wait(service, scope)
                await self._app(scope, limited, send_with_headers)
            except Exception as error:
                if status:
                    raise
                await _answer(error, scope, receive, send_with_headers)
        finally:
            route = scope.get("route")
            template = getattr(route, "path", "unmatched")
            method = _method(scope)
            span.update_name(f"{method} {template}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": template,
                    "http.response.status_code": status,
                }
            )
            seconds = time.perf_counter() - started
            logs.request_answered(log, method, template, status, seconds)

    def _most(self, service: "Service", scope: Scope) -> int:
        settings = service.settings
        if scope["method"] == "POST" and scope["path"] in self._uploads:
            return settings.max_upload_bytes
        return settings.max_body_bytes


async def _wait(service: "Service", scope: Scope) -> None:
    token = Headers(scope=scope).get(consistency.HEADER)
    if token is None:
        return
    await consistency.wait_until_visible(
        token,
        service.subscribed_types,
        service.database,
        service.settings.consistency_wait,
    )


def _method(scope: Scope) -> str:
    """Return the method as traces and logs may show it: any other word is the caller's own text."""
    return scope["method"] if scope["method"] in _METHODS else "_OTHER"


def _limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """Refuse a body past the limit: by its announced length, else while it comes in."""
    announced = Headers(scope=scope).get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > most:
        raise TooLarge
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            # The framework turns any other error of reading into a 400.
            raise HTTPException(TooLarge.status)
        return message

    return counted


async def _answer(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    problem = as_problem(error)
    if problem.status == 500:
        log.error("unhandled error", exc_info=error)
    await render(problem, Request(scope))(scope, receive, send)


def as_problem(error: Exception) -> Problem:
    """Return the problem for any error: itself, unavailable where it may pass, else internal."""
    if isinstance(error, Problem):
        return error
    if is_transient(error):
        return Unavailable()
    return Invalid() if is_unstorable(error) else Problem()
