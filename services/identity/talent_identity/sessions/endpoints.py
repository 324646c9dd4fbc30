"""`/v1/sessions`, `/v1/session-tokens` and `/v1/session-keys`."""

from uuid import UUID

from fastapi import Response
from talent_kit.database import SessionDep
from talent_kit.idempotency import ChangesNothing
from talent_kit.pagination import Page
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import Parts
from . import errors, service
from .access import SessionHolder
from .schemas import SessionCreate, SessionKeySet, SessionOut, SessionRefresh, SessionTokens

sessions = noun_router("/sessions", "sessions")
tokens = noun_router("/session-tokens", "sessions")
keys = noun_router("/session-keys", "sessions")

# No Idempotency-Key: nobody is signed in yet. A code serves once, and a refresh token whose answer
# was lost may come again.
_SERVES_ONCE = ChangesNothing


@sessions.post(
    "",
    status_code=201,
    dependencies=[_SERVES_ONCE],
    responses=problems(
        Invalid,
        errors.CodeNotAccepted,
        errors.SignInBlocked,
        errors.SignInTooOften,
        errors.ProviderNotOffered,
        errors.ProviderUnavailable,
    ),
)
async def sign_in(
    body: SessionCreate, session: SessionDep, parts: Parts, response: Response
) -> SessionTokens:
    """Sign in from a mini-program; the first time makes your account."""
    response.headers["Cache-Control"] = "no-store"
    return await service.open_session(session, parts, body)


@sessions.get("", responses=problems(Unauthenticated, Forbidden))
async def list_own(who: SessionHolder, session: SessionDep, parts: Parts) -> Page[SessionOut]:
    """List where you stay signed in, newest first; ten at most."""
    return await service.list_own(session, parts, who)


@sessions.delete(
    "/{session_id}",
    status_code=204,
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.SessionNotFound),
)
async def end(session_id: UUID, who: SessionHolder, session: SessionDep, parts: Parts) -> None:
    """Sign out on one device; access tokens that it holds last some minutes more."""
    await service.end(session, parts, who, session_id)


@tokens.post(
    "",
    status_code=201,
    dependencies=[_SERVES_ONCE],
    responses=problems(Invalid, errors.SessionEnded, errors.ProviderUnavailable),
)
async def refresh(
    body: SessionRefresh, session: SessionDep, parts: Parts, response: Response
) -> SessionTokens:
    """Get new tokens for a session.

    A refresh token serves once. One that was used before ends its session, since it is in two
    hands; unless the token that followed was never used, within a minute.
    """
    response.headers["Cache-Control"] = "no-store"
    return await service.refresh(session, parts, body)


@keys.get("")
async def published_keys(parts: Parts, response: Response) -> SessionKeySet:
    """Read the public keys of this service's assertions, for the issuer."""
    response.headers["Cache-Control"] = "no-cache"
    return service.published_keys(parts)
