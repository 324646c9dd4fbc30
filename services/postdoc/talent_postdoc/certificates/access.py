"""Who may do what with certificates."""

from typing import Annotated, cast

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role

from ..settings import PostdocSettings

Holder = Annotated[Principal, Depends(role(Role.TALENT))]
"""A fellow, for their own certificate."""


async def _settings(request: Request) -> PostdocSettings:
    return cast("PostdocSettings", request.app.state.service.settings)


SettingsDep = Annotated[PostdocSettings, Depends(_settings)]
