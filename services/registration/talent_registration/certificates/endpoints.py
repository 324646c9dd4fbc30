"""`/v1/certificates` and `/v1/registrations/{registration_id}/certificate.pdf`."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response
from talent_kit.database import SessionDep
from talent_kit.holders import HolderUnknown
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..people.errors import NotRegistered
from . import errors, service
from .access import Holder, PaperDep
from .schemas import CertificateOut, CertificateRead

router = noun_router("/certificates", "certificates")
papers = noun_router("/registrations/{registration_id}", "certificates")

_SIGNED = (Unauthenticated, Forbidden, NotRegistered, Invalid)
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}

Number = Annotated[str, Path(max_length=64, examples=["NCPZ-0J2S-7C80-EJJQA"])]


@router.get("", responses=problems(*_SIGNED, CursorInvalid))
async def list_own(
    who: Holder, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[CertificateOut]:
    """List your certificates, newest first."""
    return await service.list_own(session, clock, who, page)


@router.get("/{number}", responses=problems(Invalid, errors.CertificateNotFound))
async def verify(number: Number, session: SessionDep, clock: ClockDep) -> CertificateRead:
    """Verify a certificate: what it says, and whether it stands. Whose it is it does not tell."""
    return await service.verify(session, clock, number)


@papers.get(
    "/certificate.pdf",
    response_class=Response,
    responses=_PDF
    | problems(*_SIGNED, errors.CertificateNotFound, errors.CertificateRevoked, HolderUnknown),
)
async def on_paper(
    registration_id: UUID,
    request: Request,
    who: Holder,
    paper: PaperDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Get your certificate as PDF, once the activity is over; your masked name stands on it."""
    # Before the database is asked for anything: no transaction waits for identity.
    holder = await paper.holder(request.headers["Authorization"])
    certificate = await service.own(session, clock, who, registration_id)
    content = await asyncio.to_thread(paper.drawn, certificate, holder)
    return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-store"})
