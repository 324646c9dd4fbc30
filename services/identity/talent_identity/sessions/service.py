"""Opening, continuing and ending sessions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page
from talent_kit.timers import TimerHandler, set_timer

from ..accounts.tokens import AccountBlocked, NoAccount
from ..models import LoginSession
from ..parts import IdentityService
from ..settings import IdentitySettings
from . import errors, repository, signing_in
from .rules import RefreshToken, Standing, Terms, standing
from .schemas import SessionCreate, SessionKeySet, SessionOut, SessionRefresh, SessionTokens
from .signing_in import SignedInAs

MAX_SESSIONS = 10
"""Of one login; a further one ends that which was longest unused."""
END_TIMER = "session-end"
"""Key: the session, which is removed when its time is over."""


async def open_session(
    session: AsyncSession, parts: IdentityService, body: SessionCreate
) -> SessionTokens:
    """Sign a talent in by a code of WeChat's."""
    signed_in = await signing_in.by_code(parts, body.code)
    now, token = parts.clock.now(), RefreshToken.first()
    opened = LoginSession(
        id=new_id(),
        login=signed_in.login,
        provider=body.provider,
        handle=signed_in.handle,
        family=_hash(parts, "session-family", token.family),
        secret=_hash(parts, "session-secret", token.secret),
        previous=None,
        opened_at=now,
        used_at=now,
        ends_at=now + timedelta(days=parts.settings.session_days),
    )
    others = await repository.of_login(session, signed_in.login)
    by_use = sorted(others, key=lambda one: one.used_at, reverse=True)
    for surplus in by_use[MAX_SESSIONS - 1 :]:
        await _end(session, parts, surplus, "surplus")
    session.add(opened)
    await set_timer(session, END_TIMER, str(opened.id), opened.ends_at)
    await _record(session, parts, opened, "session.opened")
    return _tokens(parts, opened, signed_in, token)


async def refresh(
    session: AsyncSession, parts: IdentityService, body: SessionRefresh
) -> SessionTokens:
    """Give a session a new access token and its next refresh token.

    A token that was used before ends its session; one whose answer may have been lost does not.
    """
    token = RefreshToken.read(body.refresh_token)
    if token is None:
        raise errors.SessionEnded
    handle = await _require(parts, token)
    try:
        signed_in = await signing_in.by_handle(parts, handle)
    except (NoAccount, AccountBlocked):
        await _end_family(parts, token, "no-account")
        raise errors.SessionEnded from None
    family = _hash(parts, "session-family", token.family)
    found = await repository.by_family(session, family, for_update=True)
    known = _standing(parts, found, token)
    if found is None or known not in (Standing.CURRENT, Standing.REPEATED):
        raise errors.SessionEnded  # ended, or continued by another, while the issuer was asked
    following = token.following()
    found.secret = _hash(parts, "session-secret", following.secret)
    if known is Standing.CURRENT:
        found.previous = _hash(parts, "session-secret", token.secret)
        found.used_at = parts.clock.now()
    await session.flush()
    return _tokens(parts, found, signed_in, following)


async def list_own(
    session: AsyncSession, parts: IdentityService, who: Principal
) -> Page[SessionOut]:
    """List where the caller stays signed in."""
    return Page(items=await shown(session, parts, who.subject))


async def shown(session: AsyncSession, parts: IdentityService, login: str) -> list[SessionOut]:
    """Return a login's sessions that are not over."""
    idle = terms(parts.settings).idle
    lasting = await repository.lasting(session, login, parts.clock.now(), idle)
    return [SessionOut.model_validate(one, from_attributes=True) for one in lasting]


async def end(
    session: AsyncSession, parts: IdentityService, who: Principal, session_id: UUID
) -> None:
    """End one of the caller's own sessions; tokens given out before last some minutes more."""
    if not await repository.remove(session, who.subject, session_id):
        raise errors.SessionNotFound
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="session.ended",
        subject=f"session:{session_id}",
    )


def published_keys(parts: IdentityService) -> SessionKeySet:
    """Return the keys that verify this service's assertions."""
    return SessionKeySet.model_validate({"keys": parts.accounts.keys.published()})


def terms(settings: IdentitySettings) -> Terms:
    """Return what the settings say of a session's use."""
    return Terms(
        idle=timedelta(days=settings.session_idle_days),
        grace=timedelta(seconds=settings.session_grace_seconds),
    )


def end_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return the timer's handler: it removes a session that is over."""

    async def remove(key: str) -> None:
        async with database.transaction() as session:
            await repository.remove_ended(session, UUID(key), clock.now())

    return remove


async def _require(parts: IdentityService, token: RefreshToken) -> bytes:
    """Return the handle of a session that goes on; ends one whose token was used before.

    A transaction of its own: what it ends stays ended, though the caller gets an error.
    """
    async with parts.database.transaction() as session:
        family = _hash(parts, "session-family", token.family)
        found = await repository.by_family(session, family)
        known = _standing(parts, found, token)
        if found is not None and known in (Standing.CURRENT, Standing.REPEATED):
            return found.handle
        if found is not None and known is Standing.REUSED:
            await _end(session, parts, found, "reused")
    raise errors.SessionEnded


async def _end_family(parts: IdentityService, token: RefreshToken, reason: str) -> None:
    async with parts.database.transaction() as session:
        family = _hash(parts, "session-family", token.family)
        found = await repository.by_family(session, family, for_update=True)
        if found is not None:
            await _end(session, parts, found, reason)


async def _end(
    session: AsyncSession, parts: IdentityService, ending: LoginSession, reason: str
) -> None:
    if await repository.remove(session, ending.login, ending.id):
        await _record(session, parts, ending, "session.ended", {"reason": reason})


async def _record(
    session: AsyncSession,
    parts: IdentityService,
    about: LoginSession,
    action: str,
    detail: dict[str, Any] | None = None,
) -> None:
    await audit.record(
        session,
        parts.clock,
        actor=about.login,
        action=action,
        subject=f"session:{about.id}",
        detail=detail,
    )


def _standing(parts: IdentityService, found: LoginSession | None, token: RefreshToken) -> Standing:
    if found is None:
        return Standing.OVER
    return standing(
        _hash(parts, "session-secret", token.secret),
        current=found.secret,
        previous=found.previous,
        used_at=found.used_at,
        ends_at=found.ends_at,
        now=parts.clock.now(),
        terms=terms(parts.settings),
    )


def _tokens(
    parts: IdentityService, about: LoginSession, signed_in: SignedInAs, token: RefreshToken
) -> SessionTokens:
    idle_end = about.used_at + terms(parts.settings).idle
    left = min(about.ends_at, idle_end) - parts.clock.now()
    return SessionTokens(
        session_id=about.id,
        access_token=signed_in.token.value,
        expires_in=signed_in.token.expires_in,
        refresh_token=token.text(),
        refresh_expires_in=int(left.total_seconds()),
    )


def _hash(parts: IdentityService, kind: str, raw: bytes) -> bytes:
    return parts.keyring.blind_index(kind, raw.hex())
