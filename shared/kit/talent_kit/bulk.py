"""Many rows by one statement: arrays go to PostgreSQL, which makes rows of them.

A statement for each row costs the server more than the rows themselves; a list of values in the
statement is written, sent and parsed anew each time.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Row,
    Subquery,
    Table,
    Text,
    TextClause,
    any_,
    bindparam,
    func,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of many values: the same SQL however many."""
    condition: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return condition


def one_of(column: Any, name: str) -> ColumnElement[bool]:
    """Return the same condition for a statement that is made once: the values come by a name."""
    values = bindparam(name, type_=ARRAY(column.type))
    condition: ColumnElement[bool] = column == any_(values)
    return condition


def pairs(**names: str) -> Subquery:
    """Return rows of two texts for a statement that is made once, from arrays that come by names.

    The keywords name the columns.
    """
    columns = [
        func.unnest(bindparam(name, type_=ARRAY(Text))).label(column)
        for column, name in names.items()
    ]
    return sqlalchemy.select(*columns).subquery()


async def insert_many(
    session: AsyncSession,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    ending: str = "",
    same: Mapping[str, Any] = MappingProxyType({}),
) -> Sequence[Row[Any]]:
    """Insert rows in their order; all name the same columns, as the first does.

    `ending` may be an ON CONFLICT clause, with which no two rows may be in conflict with one
    another, and a RETURNING clause, of which the rows are returned. `same` are further columns,
    which have one value in every row: that is sent once, each of an array's costs the driver half a
    microsecond.
    """
    if not rows:
        return ()
    columns = tuple(rows[0])
    values: dict[str, Any] = {name: [row[name] for row in rows] for name in columns}
    for name in columns:
        if isinstance(kind := table.c[name].type, JSONB):
            values[name] = [_json(kind, value) for value in values[name]]
    for name, value in same.items():
        kind = table.c[name].type
        values[name] = _json(kind, value) if isinstance(kind, JSONB) else value
    done = await session.execute(_statement(table, columns, tuple(same), ending), values)
    return done.all() if "RETURNING" in ending else ()


def _json(kind: JSONB[Any], value: Any) -> str | None:
    return None if value is None and kind.none_as_null else json.dumps(value, ensure_ascii=False)


@cache
def _statement(
    table: Table, columns: tuple[str, ...], same: tuple[str, ...], ending: str
) -> TextClause:
    types = {name: table.c[name].type for name in (*columns, *same)}
    arrays = ", ".join(
        f"CAST(:{name} AS "
        f"{'text' if isinstance(types[name], JSONB) else types[name].compile(_DIALECT)}[])"
        for name in columns
    )
    taken = [f'given."{name}"' for name in columns] + [f":{name}" for name in same]
    taken = [
        f"CAST({value} AS jsonb)" if isinstance(kind, JSONB) else value
        for value, kind in zip(taken, types.values(), strict=True)
    ]
    given = ", ".join(f'"{name}"' for name in columns)
    named = ", ".join(f'"{name}"' for name in types)
    return text(
        f'INSERT INTO "{table.name}" ({named}) SELECT {", ".join(taken)} '  # noqa: S608 - names of our own
        f'FROM unnest({arrays}) WITH ORDINALITY AS given ({given}, "place") '
        f'ORDER BY given."place" {ending}'
    ).bindparams(
        *(
            bindparam(name, type_=Text() if isinstance(types[name], JSONB) else types[name])
            for name in same
        )
    )
