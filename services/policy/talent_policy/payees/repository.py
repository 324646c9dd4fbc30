from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.money import Payee


async def find(session: AsyncSession, kind: str, owner_id: UUID) -> Payee | None:
    query = select(Payee).where(col(Payee.kind) == kind, col(Payee.owner_id) == owner_id)
    return (await session.exec(query)).one_or_none()


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
    owner = tuple_(col(Payee.kind), col(Payee.owner_id))
    return (await session.exec(select(Payee).where(owner.in_(list(owners))))).all()
