"""One request's way to a service and back: its body in, its answer out, and when to stop."""

import asyncio
import logging

from starlette.types import Message, Receive, Scope, Send
from talent_kit.problems import Problem, UpstreamTimeout

from .bodies import Body
from .errors import ClientGone, OutcomeUnknown
from .headers import for_client
from .upstream import Upstream

log = logging.getLogger(__name__)

_SOON = 0.05
"""Seconds of a call after which we look whether its client is still there."""


class Answer:
    """What the client gets: every message passes here, the gateway's own and the services'."""

    def __init__(self, send: Send, request_id: str, scheme: str) -> None:
        self._send = send
        self._headers = [
            (b"x-request-id", request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]
        if scheme == "https":
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))
        self.status = 0
        self.complete = False

    async def send(self, message: Message) -> None:
        """Pass on a message of the gateway's own."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._headers]}
        elif not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def forward(self, message: Message) -> None:
        """Pass on a service's message, without the headers that stay inside."""
        if message["type"] == "http.response.start":
            message = {**message, "headers": for_client(message.get("headers", []))}
        await self.send(message)


async def call(
    upstream: Upstream,
    scope: Scope,
    body: Body,
    receive: Receive,
    answer: Answer,
    *,
    seconds: float,
) -> None:
    """Call a service and pass its answer on; `receive` has nothing left but the disconnect.

    The call is cancelled when the client leaves, when no answer began in time, and when an answer
    or its client stands still for as long. Raises ClientGone, UpstreamTimeout, OutcomeUnknown, or
    the Problem that the port raised. After the answer began, a failure only ends it early, by which
    the server cuts the connection.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    given = False
    gone: asyncio.Event | None = None
    watcher: asyncio.Task[None] | None = None

    async def receive_body() -> Message:
        nonlocal given
        if given:
            await begin_watch().wait()
            return {"type": "http.disconnect"}
        piece, more = await body.read()
        given = not more
        return {"type": "http.request", "body": piece, "more_body": more}

    async def forward(message: Message) -> None:
        if deadline.expired() or (gone is not None and gone.is_set()):
            return  # the call is cancelled: its client left, or is told that it took too long
        if message.get("more_body", False):
            deadline.reschedule(loop.time() + seconds)
        else:
            deadline.reschedule(None)
        await answer.forward(message)

    def begin_watch() -> asyncio.Event:
        nonlocal gone, watcher
        if gone is None:
            gone = asyncio.Event()
            watcher = loop.create_task(watch(gone))
        return gone

    async def watch(gone: asyncio.Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        if not answer.complete and not deadline.expired():
            deadline.reschedule(0)  # a deadline in the past cancels the call

    def look() -> None:
        begin_watch()
        if not answer.status:
            deadline.reschedule(started + seconds)

    failure: Exception | None = None
    # Most answers are there before anybody could leave: watching them all would cost more.
    looking = loop.call_later(min(_SOON, seconds), look)
    try:
        async with asyncio.timeout(None) as deadline:
            await upstream(scope, receive_body, forward)
    except Exception as error:
        failure = error
    finally:
        looking.cancel()
        if watcher is not None:
            watcher.cancel()
    if answer.complete and failure is None:
        return
    if gone is not None and gone.is_set() and not answer.complete:
        raise ClientGone from failure
    if answer.status:
        log.error("the service failed while it answered", exc_info=failure)
    elif deadline.expired():
        raise UpstreamTimeout from failure
    elif isinstance(failure, Problem):
        raise failure
    else:
        log.error("the service gave no answer", exc_info=failure)
        raise OutcomeUnknown from failure
