"""Who may attach and read documents; whose affair their subject is, is checked with the record."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from talent_kit.auth import Principal, Role, SignedIn, role
from talent_kit.blobs import JPEG, PDF, PNG
from talent_kit.blobs.uploads import upload
from talent_kit.idempotency import IdempotencyKey

from . import service
from .schemas import SubjectKind

Kind = Annotated[
    str,
    Query(max_length=40, description="Of `GET /v1/documents/kinds`.", examples=["id_copy"]),
]
SubjectId = Annotated[UUID, Query()]
TYPES = (PDF, PNG, JPEG)

_party = role(Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN)

Reader = SignedIn
"""Whoever is a party to the subject, oversees it, or sits on a panel about it."""


async def attaches(
    who: Annotated[Principal, Depends(_party)],
    kind: Kind,
    subject_kind: SubjectKind,
    subject_id: SubjectId,
    request: Request,
    _: IdempotencyKey,
) -> Principal:
    """Return who may attach; before a byte of the file is read, and with no transaction over it."""
    service.require_kind(kind)
    parts: Any = request.app.state.service
    async with parts.database.transaction() as session:
        await service.require_side(session, parts.clock, who, subject_kind, subject_id)
    return who


Attacher = Annotated[Principal, Depends(attaches)]
Uploaded = Depends(upload("document", attaches, TYPES))
