"""Who may bring files, and which."""

from typing import Annotated, Any

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role
from talent_kit.blobs import JPEG, PDF, PNG, WEBP
from talent_kit.blobs.uploads import upload
from talent_kit.idempotency import IdempotencyKey

from . import service

PICTURES = (PNG, JPEG, WEBP)
TYPES = (PDF, *PICTURES)

_bringer = role(Role.TALENT, Role.ORGANISER)

FileOwner = Annotated[Principal, Depends(_bringer)]
"""Who brings files: talents for what they are asked, organisers for their activities."""


async def brings(
    who: Annotated[Principal, Depends(_bringer)], request: Request, _: IdempotencyKey
) -> Principal:
    """Return who may bring a file; before a byte of it is read, with no transaction over it."""
    parts: Any = request.app.state.service
    async with parts.database.transaction() as session:
        await service.require_room(session, who)
    return who


Bringer = Annotated[Principal, Depends(brings)]
Uploaded = Depends(upload("file", brings, TYPES, strips=True))
