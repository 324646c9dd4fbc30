"""The short way of a device's scan, past FastAPI's general one, as a claim of a seat has one.

Whatever is unusual about a request goes the general way, which says what is wrong with it.
"""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from talent_kit.held_secrets import digest
from talent_kit.routing import KitRoute

from ..gates.access import Doorkeeper
from .schemas import ScanContent

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ScanRoute(KitRoute):
    """The route of an endpoint of `(activity_id, gate_id, scan_id, body, door, check_in)`."""

    def get_route_handler(self) -> Handler:
        general = super().get_route_handler()
        scan = self.endpoint

        async def handle(request: Request) -> Response:
            headers, path = request.headers, request.path_params
            secret = headers.get("gate-key")
            usual = headers.get("content-type") == "application/json"
            if secret is None or "authorization" in headers or not usual:
                return await general(request)
            try:
                ids = [UUID(path[name]) for name in ("activity_id", "gate_id", "scan_id")]
                body = ScanContent.model_validate_json(await request.body())
            except ValueError:
                return await general(request)
            door = Doorkeeper(digest(secret), None)
            verdict = await scan(*ids, body, door, request.app.state.service.check_in)
            return Response(verdict.model_dump_json(), media_type="application/json")

        return handle
