"""CSV: UTF-8 with or without a mark, or GB 18030 with GBK in it; comma, semicolon or tab."""

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from .table import FileRefused, Row, RowLimits

_PIECE = 65_536
_LINE = 262_144
"""Longest line that is taken, in characters; rows of allowed cells are shorter by far."""


class DelimitedTable:
    """A table in a text file."""

    def __init__(self, file: BinaryIO, limits: RowLimits) -> None:
        self._file = file
        self._limits = limits
        self._encoding = _encoding(file)
        self._delimiter = self._separator()

    def rows(self) -> Iterator[Row]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                row = self._row(number, cells)
                if any(row.cells):
                    yield row
        except csv.Error as error:
            raise FileRefused("file-malformed", number + 1) from error

    def _row(self, number: int, cells: list[str]) -> Row:
        if number > self._limits.rows + 1:
            raise FileRefused("too-many-rows", number)
        trimmed = tuple(cell.strip() for cell in cells)
        if len(trimmed) > self._limits.columns and any(trimmed[self._limits.columns :]):
            raise FileRefused("too-many-columns", number)
        for cell in trimmed:
            if len(cell) > self._limits.cell:
                raise FileRefused("cell-too-long", number)
            if cell.startswith("="):
                raise FileRefused("formula-refused", number)
        return Row(number, trimmed[: self._limits.columns])

    def _lines(self) -> Iterator[str]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, self._encoding, newline="")
        try:
            while line := text.readline(_LINE):
                if len(line) == _LINE or "\0" in line:
                    raise csv.Error
                yield line
        finally:
            # Else the wrapper would close the file; where that is closed already, all is well.
            with contextlib.suppress(ValueError):
                text.detach()

    def _separator(self) -> str:
        """Return the separator that stands most often outside quotes in the first line."""
        try:
            first = next(self._lines(), "")
        except csv.Error as error:
            raise FileRefused("file-malformed", 1) from error
        outside = "".join(first.split('"')[::2])
        return max(",;\t", key=outside.count)


def _encoding(file: BinaryIO) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    raise FileRefused("file-encoding")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
