"""Reading and writing codes."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Code, Talent


class Holder(NamedTuple):
    """Whose a number is, and whether its code still stands."""

    talent_id: UUID
    serial: int
    voided: bool
    region: str
    sealed_profile: bytes


async def current(session: AsyncSession, talent_id: UUID) -> Code | None:
    """Return the talent's code that is not void."""
    query = select(Code).where(Code.talent_id == talent_id, col(Code.voided_at).is_(None))
    return (await session.exec(query)).one_or_none()


# Built once, and of columns: building it anew and making ORM objects costs more than the query.
_HOLDER = (
    sa.select(
        col(Code.talent_id),
        col(Code.serial),
        col(Code.voided_at).is_not(None),
        col(Talent.region),
        col(Talent.sealed_profile),
    )
    .join(Talent, col(Talent.id) == col(Code.talent_id))
    .where(col(Code.number) == sa.bindparam("number"))
)


async def holder(session: AsyncSession, number: str) -> Holder | None:
    """Return whose number it is."""
    connection = await session.connection()
    row = (await connection.execute(_HOLDER, {"number": number})).one_or_none()
    return None if row is None else Holder(*row)
