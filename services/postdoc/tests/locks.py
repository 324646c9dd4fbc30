"""The order in which transactions lock rows, and what watches that each keeps to it.

Of two transactions that lock the same rows in different orders one is broken off by the database.
Rows of one table are locked in the order of their ids.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.engine import Engine
from talent_postdoc.models import Base

ORDER = (
    "review",
    "station_warning",
    "panel",
    "evaluation_round",
    "evaluation",
    "position",
    "candidacy",
    "recruitment_plan",
    "postdoc_grant",
    "station_application",
    "fellow",
    "station",
    "revocation",
    "station_link",
    "organisation",
    "advisor",
    "grant_call",
)
"""What decides before what it decides on, and what belongs to a station before the station."""
GUARDED = frozenset({"deadline", "panel_member", "evaluation_objection", "job"})
"""Only locked by who holds what they belong to already, or without waiting."""
_SELECTED = re.compile(
    r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE)(?: OF (\w+))?( SKIP LOCKED)?", re.IGNORECASE
)
_CHANGED = re.compile(r'\s*(?:UPDATE|DELETE FROM|INSERT INTO) "?(\w+)"?', re.IGNORECASE)


class Taken(NamedTuple):
    """Rows of a table that a statement locks; it may not wait for them."""

    table: str
    waits: bool = True


def taken(statement: str) -> Iterator[Taken]:
    """Return what a statement locks; of an insertion what its new rows point to."""
    selected, changed = _SELECTED.search(statement), _CHANGED.match(statement)
    if selected is not None and changed is None:
        of = selected[1]
        named = rf'"?(\w+)"? AS {of}\b' if of else r'\bFROM "?(\w+)"?'
        found = re.search(named, statement, re.IGNORECASE)
        yield Taken(found[1] if found else of, waits=selected[2] is None)
    elif changed is not None and statement.lstrip()[:6].upper() == "INSERT":
        table = Base.metadata.tables.get(changed[1])
        keys = () if table is None else table.foreign_keys
        others = {key.column.table.name for key in keys} - {changed[1]}
        yield from (Taken(each) for each in ORDER if each in others)
    elif changed is not None:
        yield Taken(changed[1])


class LockOrder:
    """Watches every transaction of the process; `broken` says which took what out of order."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self._held: dict[int, list[str]] = {}
        self._made: dict[int, set[str]] = {}
        event.listen(Engine, "before_cursor_execute", self._executed)
        for name in ("begin", "commit", "rollback"):
            event.listen(Engine, name, self._over)

    def close(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._executed)
        for name in ("begin", "commit", "rollback"):
            event.remove(Engine, name, self._over)

    def _over(self, connection: Any) -> None:
        self._held.pop(id(connection), None)
        self._made.pop(id(connection), None)

    def _executed(self, connection: Any, _: Any, statement: str, *__: Any) -> None:
        held = self._held.setdefault(id(connection), [])
        made = self._made.setdefault(id(connection), set())
        for table, waits in taken(statement):
            if table in GUARDED or table in held or table in made:
                continue
            if table in ORDER:
                later = [each for each in held if ORDER.index(each) > ORDER.index(table)]
                if waits and later:
                    self.broken.append(f"{table} after {', '.join(later)}: {statement[:200]}")
                held.append(table)
            elif table in Base.metadata.tables and _SELECTED.search(statement):
                self.broken.append(f"{table} is in no order: {statement[:200]}")
        inserted = _CHANGED.match(statement)
        if inserted is not None and statement.lstrip()[:6].upper() == "INSERT":
            made.add(inserted[1])
