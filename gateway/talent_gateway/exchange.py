"""One request's way to a service and back: its body in, its answer out, and when to stop."""

import asyncio
import logging
import math

from starlette.types import Message, Receive, Scope, Send
from talent_kit.problems import Problem, UpstreamTimeout

from .bodies import Body
from .errors import ClientGone, OutcomeUnknown
from .headers import RawHeaders, for_client
from .upstream import Upstream

log = logging.getLogger(__name__)

_SOON = 0.05
"""Seconds between two looks at the calls under way; only then is a client who left missed."""


_OVER_HTTP = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_USUAL = {"https": [*_OVER_HTTP, (b"strict-transport-security", b"max-age=31536000")]}


class Answer:
    """What the client gets: every message passes here, the gateway's own and the services'."""

    __slots__ = ("_headers", "complete", "pass_on", "status")

    def __init__(self, send: Send, request_id: str, scheme: str) -> None:
        self.pass_on = send
        """What the server is told, as it is."""
        self._headers = [(b"x-request-id", request_id.encode()), *_USUAL.get(scheme, _OVER_HTTP)]
        self.status = 0
        self.complete = False

    def begin(self, message: Message, headers: RawHeaders) -> None:
        """Complete the first message, of which these headers are to travel."""
        self.status = message["status"]
        message["headers"] = headers + self._headers

    async def send(self, message: Message) -> None:
        """Pass on a message of the gateway's own."""
        if message["type"] == "http.response.start":
            self.begin(message, message["headers"])
        elif not message.get("more_body", False):
            self.complete = True
        await self.pass_on(message)


class Calls:
    """Makes calls, and looks at all that are under way by one timer.

    Most are over before anybody could leave: a timer and a watcher for each would cost more.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._interval = min(_SOON, seconds)
        self._open: set[Call] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop

    async def make(
        self, upstream: Upstream, scope: Scope, body: Body, receive: Receive, answer: Answer
    ) -> None:
        """Call a service and pass its answer on; `receive` has nothing left but the disconnect.

        The call is cancelled when the client leaves, when no answer began in time, and when an
        answer or its client stands still for as long. Raises ClientGone, UpstreamTimeout,
        OutcomeUnknown, or the Problem that the port raised. After the answer began, a failure only
        ends it early, by which the server cuts the connection.
        """
        if self._timer is None:
            self._loop = asyncio.get_running_loop()
            self._timer = self._loop.call_later(self._interval, self._look, self._loop)
        call = Call(self.seconds, self._loop, body, receive, answer)
        self._open.add(call)
        failure: BaseException | None = None
        try:
            await upstream(scope, call.receive, call.forward)
        except (Exception, asyncio.CancelledError) as error:
            failure = error
        finally:
            self._open.discard(call)
            others = call.end()
        if isinstance(failure, asyncio.CancelledError) and others:
            raise failure
        if answer.complete and failure is None:
            return
        if call.gone is not None and call.gone.is_set() and not answer.complete:
            raise ClientGone from failure
        if answer.status:
            log.error("the service failed while it answered", exc_info=failure)
        elif call.late:
            raise UpstreamTimeout from failure
        elif isinstance(failure, Problem):
            raise failure
        else:
            log.error("the service gave no answer", exc_info=failure)
            raise OutcomeUnknown from failure

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for call in list(self._open):
            call.look(now, self._interval)
        self._timer = loop.call_later(self._interval, self._look, loop) if self._open else None


class Call:
    """One call: its body in, its answer out, and when to stop."""

    __slots__ = (
        "_answer",
        "_body",
        "_deadline",
        "_given",
        "_loop",
        "_receive",
        "_seconds",
        "_started",
        "_stopped",
        "_task",
        "_watcher",
        "gone",
        "late",
    )

    def __init__(
        self,
        seconds: float,
        loop: asyncio.AbstractEventLoop,
        body: Body,
        receive: Receive,
        answer: Answer,
    ) -> None:
        self.gone: asyncio.Event | None = None
        """Set once the client has left; watched only when somebody asks."""
        self.late = False
        """Whether it took too long."""
        self._seconds = seconds
        self._loop = loop
        self._task = asyncio.current_task(loop)
        self._watcher: asyncio.Task[None] | None = None
        self._body = body
        self._receive = receive
        self._answer = answer
        self._given = False
        self._stopped = False
        self._started = loop.time()
        self._deadline = self._started + seconds

    async def receive(self) -> Message:
        """Give the service what it asks for: the body, then that the client left."""
        if self._given:
            await self._watched().wait()
            return {"type": "http.disconnect"}
        if not self._body.length:
            self._given = True
            return {"type": "http.request", "body": b"", "more_body": False}
        piece, more = await self._body.read()
        self._given = not more
        return {"type": "http.request", "body": piece, "more_body": more}

    async def forward(self, message: Message) -> None:
        """Pass on a message of the service's answer."""
        if self._stopped or (self.gone is not None and self.gone.is_set()):
            return  # the call is cancelled: its client left, or is told that it took too long
        answer = self._answer
        if message["type"] == "http.response.start":
            answer.begin(message, for_client(message.get("headers", ())))
            self._deadline = self._loop.time() + self._seconds
        elif message.get("more_body", False):
            self._deadline = self._loop.time() + self._seconds
        else:
            answer.complete = True
            self._deadline = math.inf
        await answer.pass_on(message)

    def look(self, now: float, after: float) -> None:
        """Stop what takes too long; see to it that a client that leaves is noticed."""
        if now >= self._deadline:
            self.late = True
            self._stop()
        elif now - self._started >= after:
            self._watched()

    def end(self) -> bool:
        """Leave nothing behind; tell whether a cancellation came from elsewhere."""
        if self._watcher is not None:
            self._watcher.cancel()
        return not self._stopped or (self._task is not None and self._task.uncancel() > 0)

    def _watched(self) -> asyncio.Event:
        if self.gone is None:
            self.gone = asyncio.Event()
            self._watcher = self._loop.create_task(self._watch(self.gone))
        return self.gone

    async def _watch(self, gone: asyncio.Event) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        gone.set()
        if not self._answer.complete:
            self._stop()

    def _stop(self) -> None:
        if not self._stopped and self._task is not None:
            self._stopped = True
            self._task.cancel()
