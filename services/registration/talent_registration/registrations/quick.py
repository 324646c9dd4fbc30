"""The short way of a claim that is as it should be, past FastAPI's general one.

At an opening thousands ask the same thing in a second, and working out an endpoint's parameters
takes the framework longer than all else that the service does for a claim. Whatever is unusual
about a request (no such content, another kind of it, an identifier that is none) goes the general
way, which says what is wrong with it.
"""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from talent_kit.auth import Role, principal_of
from talent_kit.problems import Forbidden
from talent_kit.routing import KitRoute

from .schemas import Claim, RegistrationOut

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ClaimRoute(KitRoute):
    """The route of an endpoint that takes `(activity_id, body, who, claims, keyring)`."""

    def get_route_handler(self) -> Handler:
        general = super().get_route_handler()
        claim = self.endpoint

        async def handle(request: Request) -> Response:
            return await _claimed(claim, request) or await general(request)

        return handle


async def _claimed(
    claim: Callable[..., Coroutine[Any, Any, RegistrationOut]], request: Request
) -> Response | None:
    """Return the answer; none where the general way is to find out what is wrong."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or request.headers.get("content-type") != "application/json":
        return None
    service = request.app.state.service
    who = await principal_of(token, service.tokens)
    if Role.TALENT not in who.roles:
        raise Forbidden
    try:
        activity_id = UUID(request.path_params["activity_id"])
        body = Claim.model_validate_json(await request.body())
    except ValueError:
        return None
    found = await claim(activity_id, body, who, service.claims, service.keyring)
    return Response(
        found.model_dump_json(),
        media_type="application/json",
        headers={"ETag": f'"{found.version}"'},
    )
