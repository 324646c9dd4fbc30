"""From a file to the items of steps; runs in threads, a step at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ..rows import Columns, FileRefused, RowLimits, Table, match_columns, open_table
from .kinds import Fault, JobKind, RowRefused


@dataclass(frozen=True)
class Step:
    """Some rows on end: those that can be done, and those that reading refused."""

    last: int
    items: list[tuple[int, Any]]
    faults: list[Fault]


class RowFile:
    """A file of rows of one kind, opened; raises FileRefused."""

    def __init__(
        self, content: BinaryIO, type_: str, kind: JobKind[Any], limits: RowLimits
    ) -> None:
        self._kind = kind
        self._table: Table = open_table(content, type_, limits)
        header = next(self._table.rows(), None)
        if header is None:
            raise FileRefused("file-empty")
        self._header = header.number
        self._columns: Columns = match_columns(header, kind.columns, kind.required)

    def count(self) -> int:
        """Read all of it; return the number of rows below the first. Raises FileRefused."""
        return sum(1 for _ in self._table.rows()) - 1

    def steps(self, after: int) -> Iterator[Step]:
        """Yield the rows behind a row number, read."""
        step = Step(after, [], [])
        done = 0
        for row in self._table.rows():
            if row.number <= max(after, self._header):
                continue
            try:
                step.items.append((row.number, self._kind.read(self._columns.fields(row))))
            except RowRefused as refused:
                step.faults.extend(Fault(row.number, *fault) for fault in refused.faults)
            done += 1
            if done == self._kind.rows_per_step:
                yield Step(row.number, step.items, step.faults)
                step, done = Step(row.number, [], []), 0
            else:
                step = Step(row.number, step.items, step.faults)
        if done:
            yield step
