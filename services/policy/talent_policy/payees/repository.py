from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Text, Uuid, bindparam, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.money import Payee


async def find(session: AsyncSession, kind: str, owner_id: UUID) -> Payee | None:
    found = await find_many(session, [(kind, owner_id)])
    return found[0] if found else None


async def insert(
    session: AsyncSession, kind: str, owner_id: UUID, payee_id: UUID, content: Mapping[str, Any]
) -> None:
    """Save an owner's first account; one that has an account keeps it."""
    values = {"id": payee_id, "kind": kind, "owner_id": owner_id, "version": 1} | dict(content)
    await session.execute(postgresql.insert(Payee).values(values).on_conflict_do_nothing())


async def locked(session: AsyncSession, kind: str, owner_id: UUID) -> Payee:
    """Return the account of an owner who has one, locked."""
    query = select(Payee).where(col(Payee.kind) == kind, col(Payee.owner_id) == owner_id)
    return (await session.exec(query.with_for_update())).one()


async def find_many(session: AsyncSession, owners: Iterable[tuple[str, UUID]]) -> Sequence[Payee]:
    """Return the accounts of several owners, each a kind and an id."""
    kinds, ids = tuple(zip(*owners, strict=True)) or ((), ())
    values = {"kinds": list(kinds), "ids": list(ids)}
    return (await session.execute(_OF_OWNERS, values)).scalars().all()


_OWNERS = sqlalchemy.select(
    func.unnest(bindparam("kinds", type_=ARRAY(Text))).label("kind"),
    func.unnest(bindparam("ids", type_=ARRAY(Uuid))).label("id"),
).subquery()
_OF_OWNERS = sqlalchemy.select(Payee).join(
    _OWNERS, (col(Payee.kind) == _OWNERS.c.kind) & (col(Payee.owner_id) == _OWNERS.c.id)
)
