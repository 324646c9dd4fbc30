"""What the endpoints of the postdoc service take from its process, beside the kit's parts."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.reviews import Reviews

from .settings import PostdocSettings


# Not plain functions: FastAPI would send those to a thread.
async def _settings(request: Request) -> PostdocSettings:
    settings: PostdocSettings = request.app.state.service.settings
    return settings


async def _reviews(request: Request) -> Reviews:
    reviews: Reviews = request.app.state.service.reviews
    return reviews


SettingsDep = Annotated[PostdocSettings, Depends(_settings)]
"""The service's settings."""

ReviewsDep = Annotated[Reviews, Depends(_reviews)]
"""The service's reviews."""
