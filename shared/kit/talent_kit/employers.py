"""Which employer a caller acts for: data that each service keeps of identity's events."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

from .auth import Principal
from .problems import Conflict, Forbidden, Text


class NotAnAgent(Forbidden):
    code = "not-an-agent"
    title = Text("您不是该用人单位的经办人", "You may not act for this employer")


class EmployerNotChosen(Conflict):
    code = "employer-not-chosen"
    title = Text("请选择用人单位后重新登录", "You act for several employers: sign in for one")


async def acted_for(session: AsyncSession, who: Principal, organisations: Any) -> UUID:
    """Return the employer that the caller acts for; the token's claim only selects.

    `organisations` is the service's table of them, with `employer_id` and the logins `agents`.
    Raises NotAnAgent, or EmployerNotChosen where the token names none and there are several.
    """
    table = organisations.__table__.c
    query = select(table.employer_id).where(table.agents.contains([who.subject]))
    if who.employer is not None:
        query = query.where(table.employer_id == who.employer)
    found = (await session.execute(query.limit(2))).scalars().all()
    if not found:
        raise NotAnAgent
    if len(found) > 1:
        raise EmployerNotChosen
    employer: UUID = found[0]
    return employer


async def acts_for(
    session: AsyncSession, who: Principal, organisations: Any, employers: Collection[UUID]
) -> bool:
    """Tell whether the caller acts for one of some employers, as `acted_for` finds it."""
    try:
        return await acted_for(session, who, organisations) in employers
    except (NotAnAgent, EmployerNotChosen):
        return False
