"""What the endpoints of the policy service take from its process, beside the kit's parts."""

from typing import Annotated

from fastapi import Depends, Request

from .settings import PolicySettings


# Not a plain function: FastAPI would send that to a thread.
async def _settings(request: Request) -> PolicySettings:
    settings: PolicySettings = request.app.state.service.settings
    return settings


SettingsDep = Annotated[PolicySettings, Depends(_settings)]
"""The service's settings."""
