"""Answers that come late or never; both after the order's transaction was committed."""

import asyncio
import contextlib
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from talent_kit.problems import render

from .behaviour import Effect
from .errors import NoAnswer
from .schemas import TransferStates
from .service import Outcome

_UNANSWERED = frozenset({Effect.SILENT, Effect.LOST})


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
    """Return the response that fits how one order fares."""
    if outcome.effect in _UNANSWERED:
        return Silence(outcome.behaviour.silence_seconds)
    return LateAnswer(outcome.state.model_dump(mode="json"), _seconds([outcome]))


def answers(outcomes: Sequence[Outcome]) -> Response:
    """Return the response to several orders: unanswered ones are left out, all of them are silence.

    One late order makes the whole answer late.
    """
    told = [outcome for outcome in outcomes if outcome.effect not in _UNANSWERED]
    if not told:
        return Silence(outcomes[0].behaviour.silence_seconds)
    states = TransferStates(states=[outcome.state for outcome in told])
    return LateAnswer(states.model_dump(mode="json"), _seconds(told))


def _seconds(outcomes: Sequence[Outcome]) -> float:
    late = any(outcome.effect is Effect.LATE for outcome in outcomes)
    return outcomes[0].behaviour.late_seconds if late else 0
