"""Answers that come late or never; both after the order's transaction was committed."""

import asyncio
import contextlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from talent_kit.problems import render

from .behaviour import Effect
from .errors import NoAnswer
from .service import Outcome


class LateAnswer(JSONResponse):
    """An answer that is held back."""

    def __init__(self, content: object, seconds: float) -> None:
        super().__init__(content)
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._seconds)
        await super().__call__(scope, receive, send)


class Silence(Response):
    """No answer while the client waits; 504 to one who outlasts the silence."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
                return
        await render(NoAnswer(), Request(scope))(scope, receive, send)


def answer(outcome: Outcome) -> Response:
    """Return the response that fits how the order fares."""
    if outcome.effect in {Effect.SILENT, Effect.LOST}:
        return Silence(outcome.behaviour.silence_seconds)
    late = outcome.effect is Effect.LATE
    return LateAnswer(
        outcome.state.model_dump(mode="json"), outcome.behaviour.late_seconds if late else 0
    )
