"""Reading what is known of talents."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.parties import Person


async def by_login(session: AsyncSession, login: str) -> Person | None:
    """Return who signs in by a login: the newest, as a former one's erasure may come later."""
    query = select(Person).where(Person.login == login).order_by(col(Person.talent_id).desc())
    return (await session.exec(query.limit(1))).one_or_none()
