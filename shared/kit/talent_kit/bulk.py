"""Many rows by one statement: arrays go to PostgreSQL, which makes rows of them.

A statement for each row costs the server more than the rows themselves.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert_many(
    session: AsyncSession, table: Table, rows: Sequence[Mapping[str, Any]], ending: str = ""
) -> Sequence[Row[Any]]:
    """Insert rows in their order; all name the same columns, as the first does.

    `ending` may be an ON CONFLICT clause, with which no two rows may be in conflict with one
    another, and a RETURNING clause, of which the rows are returned.
    """
    if not rows:
        return ()
    columns = tuple(rows[0])
    values: dict[str, Any] = {name: [row[name] for row in rows] for name in columns}
    for name in columns:
        kind = table.c[name].type
        if isinstance(kind, JSONB):
            absent = kind.none_as_null
            values[name] = [
                None if value is None and absent else json.dumps(value, ensure_ascii=False)
                for value in values[name]
            ]
    done = await session.execute(_statement(table, columns, ending), values)
    return done.all() if "RETURNING" in ending else ()


@cache
def _statement(table: Table, columns: tuple[str, ...], ending: str) -> TextClause:
    types = {name: table.c[name].type for name in columns}
    arrays = ", ".join(
        f"CAST(:{name} AS {'text' if isinstance(kind, JSONB) else kind.compile(_DIALECT)}[])"
        for name, kind in types.items()
    )
    taken = ", ".join(
        f'CAST(given."{name}" AS jsonb)' if isinstance(kind, JSONB) else f'given."{name}"'
        for name, kind in types.items()
    )
    named = ", ".join(f'"{name}"' for name in columns)
    return text(
        f'INSERT INTO "{table.name}" ({named}) SELECT {taken} '  # noqa: S608 - names of our own
        f'FROM unnest({arrays}) WITH ORDINALITY AS given ({named}, "place") '
        f'ORDER BY given."place" {ending}'
    )
