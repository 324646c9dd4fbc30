"""What the endpoints of the postdoc service take from its process, beside the kit's parts."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.resolving import Identity
from talent_kit.reviews import Reviews

from .settings import PostdocSettings


# Not plain functions: FastAPI would send those to a thread.
async def _settings(request: Request) -> PostdocSettings:
    settings: PostdocSettings = request.app.state.service.settings
    return settings


async def _reviews(request: Request) -> Reviews:
    reviews: Reviews = request.app.state.service.reviews
    return reviews


async def _identity(request: Request) -> Identity | None:
    identity: Identity | None = request.app.state.service.identity
    return identity


SettingsDep = Annotated[PostdocSettings, Depends(_settings)]
"""The service's settings."""

ReviewsDep = Annotated[Reviews, Depends(_reviews)]
"""The service's reviews."""

IdentityDep = Annotated[Identity | None, Depends(_identity)]
"""Who tells whom numbers mean; none where the settings do not say how to ask."""
