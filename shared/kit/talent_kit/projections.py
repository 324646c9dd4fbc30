"""What a service keeps of other services' things, as their events last told of them."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from .bulk import among
from .tables import data_key


class Projected(Protocol):
    """A row of a table with one key and the version that its event had."""

    version: int

    def model_dump(self) -> dict[str, Any]: ...


Projection = TypeVar("Projection", bound=Projected)


async def project(
    session: AsyncSession, rows: Sequence[Projection], *, but: Collection[str] = ()
) -> list[Projection]:
    """Save rows of one table unless those at hand are as new; return the rows that were saved.

    Of several rows of one thing the newest counts. The columns named by `but` stay as they are.
    """
    if not rows:
        return []
    table: Any = type(rows[0])
    (key,) = table.__table__.primary_key.columns.keys()
    newest: dict[Any, Projection] = {}
    for row in rows:
        known = newest.setdefault(getattr(row, key), row)
        if known.version < row.version:
            newest[getattr(row, key)] = row
    given = [newest[identifier].model_dump() for identifier in sorted(newest)]
    statement = insert(table)
    saved = await session.execute(
        statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: statement.excluded[name] for name in given[0] if name not in {key, *but}},
            where=table.version < statement.excluded.version,
        ).returning(getattr(table, key)),
        given,
    )
    return [newest[identifier] for identifier in saved.scalars()]


class AboutTalent(Protocol):
    """A row that belongs to a talent."""

    talent_id: UUID


About = TypeVar("About", bound=AboutTalent)


async def of_living(session: AsyncSession, rows: Sequence[About]) -> list[About]:
    """Return the rows of who was not erased here.

    Word of what has a key or a topic of its own may come after that of its talent's erasure.
    """
    destroyed = select(data_key.c.talent_id).where(
        among(data_key.c.talent_id, {row.talent_id for row in rows}),
        data_key.c.destroyed_at.is_not(None),
    )
    erased = set((await session.execute(destroyed)).scalars())
    return [row for row in rows if row.talent_id not in erased]
