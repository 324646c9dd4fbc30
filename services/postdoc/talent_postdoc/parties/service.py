"""Who calls, as a talent."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal

from ..models.parties import Person
from . import repository
from .errors import NotRegistered


async def registered(session: AsyncSession, who: Principal) -> Person:
    """Return who the caller is as a talent; raises NotRegistered."""
    found = await repository.by_login(session, who.subject)
    if found is None:
        raise NotRegistered
    return found
