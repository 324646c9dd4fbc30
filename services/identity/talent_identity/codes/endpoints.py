"""`/v1/codes`, `/v1/code-verifications` and `/v1/code-keys`."""

import asyncio
from typing import Any

from fastapi import Response
from talent_code import qr_png, qr_svg
from talent_kit.database import SessionDep
from talent_kit.idempotency import ChangesNothing, Idempotent, InProgress, KeyReused
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import Parts
from ..talents.errors import NotRegistered
from . import errors, service, verification
from .access import CodeHolder, CodeVerifier
from .schemas import (
    CodeForm,
    CodeIssue,
    CodeScan,
    IssuedCode,
    JsonWebKeySet,
    ShownCode,
    Verdict,
)

codes = noun_router("/codes", "codes")
verifications = noun_router("/code-verifications", "codes")
keys = noun_router("/code-keys", "codes")

_SHOWING = problems(
    Unauthenticated,
    Forbidden,
    Invalid,
    NotRegistered,
    errors.CodeNotIssued,
    errors.NoSigningKey,
)


def _picture(media_type: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string", "format": "binary"}
    return {200: {"content": {media_type: {"schema": schema}}}}


@codes.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        NotRegistered,
        errors.CodeExists,
        errors.CodeNotCurrent,
    ),
)
async def issue(body: CodeIssue, who: CodeHolder, session: SessionDep, parts: Parts) -> IssuedCode:
    """Issue your code; after a loss a new one, with a new number, in place of the current."""
    return await service.issue(session, parts, who, body)


@codes.get("/me", responses=_SHOWING)
async def show(
    who: CodeHolder, session: SessionDep, parts: Parts, form: CodeForm = CodeForm.DYNAMIC
) -> ShownCode:
    """Show your code, signed at this moment."""
    return await service.show(session, parts, who, form)


@codes.get("/me.svg", response_class=Response, responses=_SHOWING | _picture("image/svg+xml"))
async def show_svg(
    who: CodeHolder, session: SessionDep, parts: Parts, form: CodeForm = CodeForm.DYNAMIC
) -> Response:
    """Show your code as a QR picture in SVG."""
    shown = await service.show(session, parts, who, form)
    # Drawing takes 10 ms: not on the event loop.
    picture = await asyncio.to_thread(qr_svg, shown.payload)
    return Response(picture, media_type="image/svg+xml")


@codes.get("/me.png", response_class=Response, responses=_SHOWING | _picture("image/png"))
async def show_png(
    who: CodeHolder, session: SessionDep, parts: Parts, form: CodeForm = CodeForm.DYNAMIC
) -> Response:
    """Show your code as a QR picture in PNG."""
    shown = await service.show(session, parts, who, form)
    picture = await asyncio.to_thread(qr_png, shown.payload)
    return Response(picture, media_type="image/png")


@verifications.post(
    "",
    dependencies=[ChangesNothing],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)
async def verify(body: CodeScan, who: CodeVerifier, session: SessionDep, parts: Parts) -> Verdict:
    """Verify a scanned code, and that it still stands; a bad one is an answer, not an error.

    Takes no Idempotency-Key: it changes nothing but the audit log, where each scan counts.
    """
    return await verification.verify(session, parts, who, body.payload)


@keys.get("")
async def published_keys(parts: Parts, response: Response) -> JsonWebKeySet:
    """Read the public keys that verify codes, for scanners without a network."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return service.published_keys(parts)
