"""Reading and writing sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import LoginSession


async def by_family(
    session: AsyncSession, family: bytes, *, for_update: bool = False
) -> LoginSession | None:
    """Return the session that a token's constant part names, locked if asked."""
    query = select(LoginSession).where(LoginSession.family == family)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def of_login(session: AsyncSession, login: str) -> Sequence[LoginSession]:
    """Return a login's sessions, newest first, those that are over too."""
    query = select(LoginSession).where(LoginSession.login == login)
    return (await session.exec(query.order_by(col(LoginSession.id).desc()))).all()


async def lasting(
    session: AsyncSession, login: str, now: datetime, idle: timedelta
) -> Sequence[LoginSession]:
    """Return a login's sessions that are not over, newest first."""
    found = await of_login(session, login)
    return [one for one in found if now < one.ends_at and now < one.used_at + idle]


async def remove(session: AsyncSession, login: str, session_id: UUID) -> bool:
    """Remove one session of a login; tell whether there was one."""
    statement = delete(LoginSession).where(
        col(LoginSession.id) == session_id, col(LoginSession.login) == login
    )
    removed = await session.execute(statement.returning(col(LoginSession.id)))
    return removed.first() is not None


async def remove_ended(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Remove a session whose time is over."""
    await session.execute(
        delete(LoginSession).where(
            col(LoginSession.id) == session_id, col(LoginSession.ends_at) <= now
        )
    )


async def remove_all(session: AsyncSession, login: str) -> None:
    """Remove every session of a login."""
    await session.execute(delete(LoginSession).where(col(LoginSession.login) == login))
