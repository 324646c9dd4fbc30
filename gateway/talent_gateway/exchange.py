"""One request's way to a service and back: its body in, its answer out, and when to stop."""

import asyncio
import logging

from starlette.types import Message, Receive, Scope, Send
from talent_kit.problems import Problem, TooLarge, UpstreamTimeout

from .errors import BodyTooSlow, ClientGone, UpstreamFailed
from .headers import for_client
from .upstream import Upstream

log = logging.getLogger(__name__)


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


async def read_body(receive: Receive, announced: int | None, most: int, seconds: float) -> bytes:
    """Return the whole body: a service never waits for a slow client, nor sees half a request.

    Raises TooLarge, BodyTooSlow or ClientGone.
    """
    if announced == 0:
        return b""
    if announced is not None and announced > most:
        raise TooLarge(headers={"Connection": "close"})
    chunks: list[bytes] = []
    size = 0
    more = True
    try:
        async with asyncio.timeout(seconds):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > most:
                    raise TooLarge(headers={"Connection": "close"})
                chunks.append(chunk)
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise BodyTooSlow(headers={"Connection": "close"}) from error
    return b"".join(chunks)


async def call(
    upstream: Upstream,
    scope: Scope,
    body: bytes,
    receive: Receive,
    answer: Answer,
    *,
    seconds: float,
) -> None:
    """Call a service and pass its answer on; `receive` has nothing left but the disconnect.

    The call is cancelled when the client leaves, or when no answer began in time. Raises
    ClientGone, UpstreamTimeout, UpstreamFailed, or the Problem that the port raised. After the
    answer began, a failure only ends it early, by which the server cuts the connection.
    """
    given = False
    gone = asyncio.Event()

    async def receive_body() -> Message:
        nonlocal given
        if given:
            await gone.wait()
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def forward(message: Message) -> None:
        if deadline.expired():
            return  # the call was cancelled: its client left, or is told that it took too long
        if message["type"] == "http.response.start":
            deadline.reschedule(None)
        await answer.forward(message)

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        if not answer.complete and not deadline.expired():
            deadline.reschedule(0)  # a deadline in the past cancels the call

    watcher: asyncio.Task[None] | None = None
    failure: Exception | None = None
    try:
        async with asyncio.timeout(seconds) as deadline:
            watcher = asyncio.create_task(watch())
            await upstream(scope, receive_body, forward)
    except Exception as error:
        failure = error
    finally:
        if watcher is not None:
            watcher.cancel()
    if answer.complete and failure is None:
        return
    if gone.is_set() and not answer.complete:
        raise ClientGone from failure
    if answer.status:
        log.error("the service failed while it answered", exc_info=failure)
    elif deadline.expired():
        raise UpstreamTimeout from failure
    elif isinstance(failure, Problem):
        raise failure
    else:
        log.error("the service gave no answer", exc_info=failure)
        raise UpstreamFailed from failure
