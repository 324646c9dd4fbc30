"""Reading and writing what authorities have set."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.terms import TermValue


async def set_for(session: AsyncSession, regions: Sequence[str]) -> Sequence[TermValue]:
    """Return what was set for some regions, in the order of setting."""
    query = select(TermValue).where(col(TermValue.region).in_(regions))
    return (await session.exec(query.order_by(col(TermValue.id)))).all()
