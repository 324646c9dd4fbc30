"""Every list query of a service reads by an index, shown on many rows.

A test module subclasses `ListChecks` with the service's package and a table of its lists, and
provides a module-scoped fixture `filled`: the service with some 10^5 rows in each listed table,
made by `fill`. A new list is one more row of the table.
"""

import ast
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import TypeDecorator, event
from sqlmodel.ext.asyncio.session import AsyncSession

from talent_kit.database import Database

from .services import ServiceUnderTest

List = Callable[[AsyncSession], Awaitable[object]]

_PAGINATED = frozenset({"paginate", "paginate_oldest"})
_SMALL_TABLE = 1_000
"""Rows up to which PostgreSQL may well read a whole table."""


_DEFAULTS: Mapping[type, str] = {
    bool: "false",
    bytes: "''",
    date: "date '2025-01-01'",
    datetime: "timestamptz '2025-01-01'",
    object: "'{}'",  # JSON
    int: "1",
    list: "'{}'",
    str: "''",
    UUID: "'00000000-0000-4000-8000-000000000000'",
}


def rows(table: Any, count: int, **expressions: str) -> str:
    """Return the statement that inserts rows numbered by `n`; every other column takes a default.

    `expressions` are SQL; what may be null and is not given is null.
    """
    columns = dict(expressions)
    for column in table.__table__.columns:
        if column.name not in columns and not column.nullable and column.identity is None:
            kind = column.type
            plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
            columns[column.name] = _DEFAULTS[plain.python_type]
    return (
        f"INSERT INTO {table.__table__.name} ({', '.join(columns)}) "  # noqa: S608
        f"SELECT {', '.join(columns.values())} FROM generate_series(1, {count}) AS n"
    )


async def fill(database: Database, *statements: str) -> None:
    """Run the statements, such as those of `rows`, and let the planner know."""
    async with database.engine.connect() as connection:
        # No triggers, until the commit: the connection is kept for the tests that follow.
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.commit()
    async with database.single.connect() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE")


async def explain(database: Database, run: List) -> list[dict[str, Any]]:
    """Return the plan, with what it really read, of each SELECT that `run` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        async with database.transaction() as session:
            await run(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    plans = []
    async with database.engine.connect() as connection:
        for statement, parameters in sent:
            asked = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
            answer = (await connection.exec_driver_sql(asked, parameters)).scalar_one()
            plans.append((json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"])
    return plans


def faults(plan: Mapping[str, Any], most_read: int) -> list[str]:
    """Return what is wrong with a plan: a large table read whole, or more read than is needed."""
    nodes = list(_nodes(plan))
    found = [
        f"reads all of {node['Relation Name']}"
        for node in nodes
        if node["Node Type"] == "Seq Scan" and _read(node) > _SMALL_TABLE
    ]
    scans = [node for node in nodes if node["Node Type"].endswith("Scan")]
    scanned = sum(_read(node) for node in scans if node["Node Type"] != "Bitmap Index Scan")
    if scanned > most_read:
        found.append(f"reads {scanned:.0f} rows, not {most_read}")
    for node in nodes:
        if "Sort" in node["Node Type"]:
            rows = max(child["Actual Rows"] * child["Actual Loops"] for child in node["Plans"])
            if rows > most_read:
                found.append(f"sorts {rows:.0f} rows")
    return found


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _read(node: Mapping[str, Any]) -> float:
    """Return the rows that a scan looked at, whether it kept them or not."""
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    each = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
    return float(each * node["Actual Loops"])


def paginating(package: ModuleType) -> set[str]:
    """Return `NOUN.FUNCTION` of every public function that makes a page, by itself or another."""
    found: set[str] = set()
    for folder in package.__path__:
        for file in Path(folder).rglob("*.py"):
            calls = _calls(ast.parse(file.read_text("utf-8")))
            making = set(_PAGINATED)
            while more := {name for name, called in calls.items() if called & making} - making:
                making |= more
            found |= {
                f"{file.parent.name}.{name}"
                for name in making - _PAGINATED
                if not name.startswith("_")
            }
    return found


def _calls(module: ast.Module) -> dict[str, set[str]]:
    return {
        function.name: {
            node.func.id
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for function in module.body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    }


class ListChecks:
    """The checks; a subclass is named `Test…` and sets package and table.

    A list's name is `NOUN.FUNCTION` of what makes the page, with a word behind it for a variant.
    """

    PACKAGE: ClassVar[ModuleType]
    LISTS: ClassVar[Mapping[str, List]] = {}
    MOST_READ: ClassVar[int] = 2_000
    """Of some 10^5 rows: a page of each region in a scope, and what a filter drops on the way."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "listed" in metafunc.fixturenames:
            metafunc.parametrize("listed", list(self.LISTS))

    def test_every_list_is_in_the_table(self) -> None:
        missing = paginating(self.PACKAGE) - {name.split(" ")[0] for name in self.LISTS}
        if missing:
            pytest.fail(f"add them to LISTS: {sorted(missing)}")

    async def test_a_list_reads_by_an_index(self, filled: ServiceUnderTest, listed: str) -> None:
        plans = await explain(filled.service.database, self.LISTS[listed])
        wrong = [fault for plan in plans for fault in faults(plan, self.MOST_READ)]
        if wrong or not plans:
            told = json.dumps(plans, indent=1)[:6000]
            pytest.fail(f"{', '.join(wrong) or 'no query was sent'}\n{told}")
