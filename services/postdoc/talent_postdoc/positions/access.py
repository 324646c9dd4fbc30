"""What the public endpoints of positions take from request and process."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.service import Service

from .search import Searches


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]


async def _searches(request: Request) -> Searches:
    searches: Searches = request.app.state.service.searches
    return searches


SearchesDep = Annotated[Searches, Depends(_searches)]
"""Where the world's searches are made."""


async def _base(request: Request) -> str:
    base: str = request.app.state.service.settings.public_url
    return base


BaseDep = Annotated[str, Depends(_base)]
"""Where everybody reaches the gateway."""
