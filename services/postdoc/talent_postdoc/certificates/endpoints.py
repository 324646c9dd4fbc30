"""`/v1/fellow-certificates` and `/v1/fellows/{fellow_id}/certificate.pdf`."""

import asyncio
from importlib import import_module
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response
from talent_kit.blobs import PDF
from talent_kit.database import SessionDep
from talent_kit.holders import HolderUnknown, holder_name
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..settings import PostdocSettings
from . import errors, service
from .access import Holder, SettingsDep
from .schemas import FellowCertificateRead

router = noun_router("/fellow-certificates", "fellows")
papers = noun_router("/fellows/{fellow_id}", "fellows")

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}

Number = Annotated[str, Path(max_length=64, examples=["NCPZ-0J2S-7C80-EJJQA"])]


@router.get("/{certificate_number}", responses=problems(Invalid, errors.CertificateNotFound))
async def verify(certificate_number: Number, session: SessionDep) -> FellowCertificateRead:
    """Verify a certificate: what it says, and whether it stands. Whose it is it does not tell."""
    return await service.verify(session, certificate_number)


@papers.get(
    "/certificate.pdf",
    response_class=Response,
    responses=_PDF
    | problems(
        Unauthenticated,
        Forbidden,
        Invalid,
        errors.CertificateNotFound,
        errors.CertificateRevoked,
        HolderUnknown,
    ),
)
async def on_paper(
    fellow_id: UUID, request: Request, who: Holder, settings: SettingsDep, session: SessionDep
) -> Response:
    """Get your certificate of the exit as PDF; your masked name stands on it."""
    # Before the database is asked for anything: no transaction waits for identity.
    holder = await holder_name(settings.identity_url, request.headers["Authorization"])
    certificate = await service.own(session, who, fellow_id)
    content = await asyncio.to_thread(_drawn, settings, certificate, holder)
    return Response(content, media_type=PDF, headers={"Cache-Control": "no-store"})


def _drawn(
    settings: PostdocSettings, certificate: FellowCertificateRead, holder: str | None
) -> bytes:
    # Only now: it takes 0.2 s and 11 MB, which most processes never need.
    drawing = import_module(".drawing", __package__)
    content: bytes = drawing.drawn(certificate, holder, settings.public_url, settings.paper_font)
    return content
