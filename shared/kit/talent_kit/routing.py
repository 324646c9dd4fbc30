"""The route class of every endpoint: ETags, answers kept for repeated POSTs, quick to pass over."""

import json
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import Match
from starlette.types import Scope

from . import consistency
from .database import SAVED_EVENTS
from .idempotency import PendingAnswer, Replayed


class KitRoute(APIRoute):
    """Adds what belongs into the business transaction but after the endpoint.

    The wrapped handler runs before the session commits: an answer whose model has a `version`
    gets it as ETag, one that saved events gets its consistency token, and the answer of an
    idempotent POST is stored.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begins, _, _ = self.path.partition("{")
        _, _, self._ends = self.path.rpartition("}")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Refuse what begins or ends otherwise, without all that the framework does to find out.

        Routes are tried in turn: of seventy that came before, trying took most of a small request.
        """
        path = scope["path"]
        fits = path.startswith(self._begins) and path.endswith(self._ends)
        if fits or scope.get("root_path"):
            return super().matches(scope)
        return Match.NONE, {}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        versioned = (
            isinstance(self.response_model, type)
            and issubclass(self.response_model, BaseModel)
            and "version" in self.response_model.model_fields
        )

        async def handler(request: Request) -> Response:
            try:
                response = await handle(request)
            except Replayed as replay:
                return replay.response
            if versioned and response.status_code < 300:
                response.headers["ETag"] = f'"{json.loads(bytes(response.body))["version"]}"'
            session = getattr(request.state, "session", None)
            if session is not None and session.info[SAVED_EVENTS]:
                saved = [(row["type"], row["event_id"]) for row in session.info[SAVED_EVENTS]]
                token = consistency.encode(saved)
                response.headers["Talent-Consistency"] = token
            pending: PendingAnswer | None = getattr(request.state, "pending_answer", None)
            if pending is not None and session is not None:
                await pending.store(session, response, request)
            return response

        return handler


def noun_router(path: str, tag: str | Enum, route_class: type[KitRoute] = KitRoute) -> APIRouter:
    """Return the router of one noun below `/v1`."""
    return APIRouter(prefix=f"/v1{path}", tags=[tag], route_class=route_class)
