"""Who may publish, and the compiled packs of this process."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, staff

from .cache import PackCache

PackPublish = Annotated[Principal, Depends(staff(Role.POLICY_ADMIN))]
"""The policy administrator of a region; the pack's region must lie in it."""


async def _packs(request: Request) -> PackCache:
    packs: PackCache = request.app.state.service.packs
    return packs


PacksDep = Annotated[PackCache, Depends(_packs)]
