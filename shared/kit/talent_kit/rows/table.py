"""What a table of rows is, whichever format it came in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class FileRefused(Exception):  # noqa: N818 - an outcome, not a fault
    """The whole file is refused: a stable code, and the row at fault where there is one.

    file-damaged, file-encrypted, file-type-refused, file-encoding, file-malformed, file-empty,
    archive-too-large, archive-entries, archive-ratio, xml-refused, macros-refused,
    formula-refused, too-many-rows, too-many-columns, cell-too-long, columns-missing,
    columns-doubled.
    """

    def __init__(self, code: str, row: int = 0, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.field = field


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it, from 1, and its cells as trimmed text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RowLimits:
    """How much a file may hold; every limit is the largest that is taken."""

    rows: int = 200_000
    columns: int = 64
    cell: int = 1_000
    """Characters in a cell."""
    unpacked: int = 268_435_456
    """Bytes of a workbook's parts together, declared and real."""
    entries: int = 1_000
    """Parts of a workbook."""
    ratio: int = 250
    """Bytes unpacked from one packed, in a part of more than a mebibyte."""


class Table(Protocol):
    """A table that is read from its beginning as often as wanted."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not blank; raises FileRefused at the first thing refused."""
