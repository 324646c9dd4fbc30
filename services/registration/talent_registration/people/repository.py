"""Reading and writing what is known of talents."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy
from sqlalchemy import Text, any_, bindparam, delete
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Person, Standing
from ..models.gates import TalentCode


class Known(NamedTuple):
    """What claims ask of a person; an instance of the ORM for each would cost ten times as much."""

    login: str
    talent_id: UUID
    region: str


# Built once: it stands in the way of every claim of a seat.
_BY_LOGINS = (
    select(*(Person.__table__.c[name] for name in Known._fields))  # type: ignore[attr-defined]
    .where(col(Person.login) == any_(bindparam("logins", type_=ARRAY(Text))))
    .order_by(col(Person.talent_id))
)


async def by_logins(session: AsyncSession, logins: Collection[str]) -> dict[str, Known]:
    """Return who signs in by some logins, by these; of one login the newest talent.

    The erasure of a former one may be heard of later.
    """
    found = await session.execute(_BY_LOGINS, {"logins": list(logins)})
    return {row.login: Known(*row) for row in found}


async def by_talents(session: AsyncSession, talent_ids: Collection[UUID]) -> list[Known]:
    """Return those of some talents who sign in."""
    columns = [col(getattr(Person, name)) for name in Known._fields]
    query = sqlalchemy.select(*columns).where(
        col(Person.talent_id).in_(talent_ids), col(Person.login).is_not(None)
    )
    found = await session.execute(query.order_by(col(Person.talent_id)))
    return [Known(*row) for row in found]


async def logins_of(session: AsyncSession, talent_ids: Collection[UUID]) -> list[str]:
    """Return by which logins some talents sign in."""
    query = select(Person.login).where(col(Person.talent_id).in_(talent_ids))
    return [login for login in (await session.exec(query)).all() if login is not None]


async def keep_codes(session: AsyncSession, rows: Sequence[TalentCode]) -> None:
    """Save whose codes are whose; those that were replaced stay, to be known as such."""
    if rows:
        given = {row.digest: row.model_dump() for row in rows}
        statement = insert(TalentCode).on_conflict_do_nothing()
        await session.execute(statement, [given[digest] for digest in sorted(given)])


async def standings(session: AsyncSession, talent_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return what is verified of talents."""
    query = select(Standing).where(col(Standing.talent_id).in_(talent_ids))
    return {row.talent_id: row for row in (await session.exec(query)).all()}


async def remove(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Forget talents, what is verified of them, and their codes."""
    for table in (Person, Standing, TalentCode):
        await session.execute(delete(table).where(col(table.talent_id).in_(talent_ids)))
