"""What surrounds a service's requests: id, trace, size, consistency, last resort, a log line."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from opentelemetry.trace import Span
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
RawHeaders = list[tuple[bytes, bytes]]

_REQUEST_ID = re.compile(rb"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID and nothing else: the id stands in logs, where a caller's own text might name someone."""

_USUAL = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""Headers of every answer that says nothing else."""

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
        # Looked up once; where a name stands twice, the first counts.
        headers = dict(reversed(scope["headers"]))
        given = headers.get(b"x-request-id", b"")
        identifier = given.decode() if _REQUEST_ID.fullmatch(given) else uuid4().hex
        id_token = logs.request_id.set(identifier)
        name_token = logs.service_name.set(service.name)
        parent = headers.get(b"traceparent", b"").decode("latin-1")
        try:
            with service.telemetry.request(_method(scope), parent) as span:
                await self._serve(service, scope, receive, send, headers, identifier, span)
        finally:
            logs.service_name.reset(name_token)
            logs.request_id.reset(id_token)

    async def _serve(
        self,
        service: "Service",
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: Mapping[bytes, bytes],
        identifier: str,
        span: Span,
    ) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _completed(message.get("headers", ()), identifier)
            await send(message)

        try:
            try:
                limited = _limited(headers, receive, self._most(service, scope))
                if b"talent-consistency" in headers:
                    await _wait(service, headers)
                await self._app(scope, limited, send_with_headers)
            except Exception as error:
                if status:
                    raise
                await _answer(error, scope, receive, send_with_headers)
        finally:
            route = scope.get("route")
            template = getattr(route, "path", "unmatched")
            method = _method(scope)
            if span.is_recording():
                span.update_name(f"{method} {template}")
                span.set_attributes(
                    {
                        "http.request.method": method,
                        "http.route": template,
                        "http.response.status_code": status,
                    }
                )
            seconds = time.perf_counter() - started
            logs.request_answered(log, method, template, status, seconds, span)

    def _most(self, service: "Service", scope: Scope) -> int:
        settings = service.settings
        if scope["method"] == "POST" and scope["path"] in self._uploads:
            return settings.max_upload_bytes
        return settings.max_body_bytes


def _completed(given: Iterable[tuple[bytes, bytes]], identifier: str) -> RawHeaders:
    """Return an answer's headers with those that every answer has."""
    names = {name for name, _ in given}
    return [
        *given,
        (b"x-request-id", identifier.encode()),
        *(header for header in _USUAL if header[0] not in names),
    ]


async def _wait(service: "Service", headers: Mapping[bytes, bytes]) -> None:
    await consistency.wait_until_visible(
        headers[b"talent-consistency"].decode("latin-1"),
        service.subscribed_types,
        service.database,
        service.settings.consistency_wait,
    )


def _method(scope: Scope) -> str:
    """Return the method as traces and logs may show it: any other word is the caller's own text."""
    return scope["method"] if scope["method"] in _METHODS else "_OTHER"


def _limited(headers: Mapping[bytes, bytes], receive: Receive, most: int) -> Receive:
    """Refuse a body past the limit: by its announced length, else while it comes in."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced[:20]) > most:
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
