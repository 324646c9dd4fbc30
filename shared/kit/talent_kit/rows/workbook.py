"""XLSX (ECMA-376): the first visible sheet of a workbook, read as it is unpacked.

No library reads workbooks with both bounded memory and a view of formulas in reasonable time, so
this reads the few elements that hold text. Formulas, macros, document types (and with them
entities) are refused.
"""

import posixpath
from array import array
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from .archive import Archive
from .cells import DateStyles, cell_text, column_of
from .table import FileRefused, Row, RowLimits

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_STRINGS = "xl/sharedStrings.xml"

Attributes = dict[str, str]


class Workbook:
    """The table in the first visible sheet."""

    def __init__(self, file: BinaryIO, limits: RowLimits) -> None:
        self._limits = limits
        self._archive = Archive(file, limits)
        if _WORKBOOK not in self._archive or _RELATIONS not in self._archive:
            raise FileRefused("file-type-refused")
        if any(name.endswith("vbaProject.bin") for name in self._archive.names()):
            raise FileRefused("macros-refused")
        book = _Book()
        self._parse(_WORKBOOK, book.start)
        relations = _Relations()
        self._parse(_RELATIONS, relations.start)
        self._sheet = relations.targets.get(book.sheet, "")
        if self._sheet not in self._archive:
            raise FileRefused("file-damaged")
        self._styles = DateStyles(from_1904=book.from_1904)
        if _STYLES in self._archive:
            self._parse(_STYLES, self._styles.start, self._styles.end)
        self._strings = _Strings()
        if _STRINGS in self._archive:
            strings = self._strings
            self._parse(_STRINGS, strings.start, strings.end, strings.text)

    def rows(self) -> Iterator[Row]:
        sheet = _Sheet(self._limits, self._styles, self._strings)
        parser = _parser(sheet.start, sheet.end, sheet.text)
        for piece in self._archive.pieces(self._sheet):
            _feed(parser, piece)
            yield from sheet.taken()
        _feed(parser, b"", last=True)
        yield from sheet.taken()

    def _parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = _parser(start, end, text)
        for piece in self._archive.pieces(part):
            _feed(parser, piece)
        _feed(parser, b"", last=True)


def _parser(
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> expat.XMLParserType:
    """Return a parser that knows elements by their local names and refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FileRefused("xml-refused")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, found: start(name.rpartition(":")[2], found)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


def _feed(parser: expat.XMLParserType, piece: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(piece, last)
    except expat.ExpatError as error:
        raise FileRefused("file-damaged") from error


class _Book:
    """Which sheet is the first that shows, and from when its days are counted."""

    def __init__(self) -> None:
        self.sheet = ""
        self.from_1904 = False

    def start(self, name: str, found: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = found.get("date1904") in {"1", "true"}
        elif name == "sheet" and not self.sheet and found.get("state", "visible") == "visible":
            self.sheet = next((v for key, v in found.items() if key.endswith(":id")), "")


class _Relations:
    """Where the parts of the workbook stand, by their ids; links to other files are none."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, found: Attributes) -> None:
        if name == "Relationship" and found.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/xl", found.get("Target", "")))
            self.targets[found.get("Id", "")] = target.lstrip("/")


class _Strings:
    """The texts that cells share, side by side in one piece of memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")
        self._text = False
        self._phonetic = False

    def start(self, name: str, _: Attributes) -> None:
        if name == "t":
            self._text = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._text = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._ends.append(len(self._bytes))

    def text(self, data: str) -> None:
        if self._text:
            self._bytes += data.encode()

    def get(self, index: str) -> str:
        try:
            place = int(index)
            if place < 0:
                raise IndexError
            begin = self._ends[place - 1] if place else 0
            return self._bytes[begin : self._ends[place]].decode()
        except (ValueError, IndexError) as error:
            raise FileRefused("file-damaged") from error


class _Sheet:
    """Turns the elements of a sheet into rows."""

    def __init__(self, limits: RowLimits, styles: DateStyles, strings: _Strings) -> None:
        self._limits = limits
        self._styles = styles
        self._strings = strings
        self._rows: list[Row] = []
        self._number = 0
        self._cells: list[str] = []
        self._column = -1
        self._kind = "n"
        self._style = ""
        self._value: list[str] = []
        self._length = 0
        self._reading = False
        self._phonetic = False

    def taken(self) -> list[Row]:
        """Return the rows that are complete, and forget them."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, found: Attributes) -> None:
        if name == "c":
            place = found.get("r")
            self._column = column_of(place) if place else self._column + 1
            self._kind, self._style = found.get("t", "n"), found.get("s", "")
            self._value, self._length = [], 0
        elif name == "v":
            self._reading = True
        elif name == "t":
            self._reading = not self._phonetic
        elif name == "row":
            self._begin_row(found.get("r"))
        elif name == "f":
            raise FileRefused("formula-refused", self._number)
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reading = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if any(self._cells):
                self._rows.append(Row(self._number, tuple(self._cells)))
        elif name == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._reading:
            self._length += len(data)
            if self._length > self._limits.cell:
                raise FileRefused("cell-too-long", self._number)
            self._value.append(data)

    def _begin_row(self, number: str | None) -> None:
        try:
            given = int(number) if number else self._number + 1
        except ValueError as error:
            raise FileRefused("file-damaged") from error
        if given <= self._number:
            raise FileRefused("file-damaged", self._number)
        if given > self._limits.rows + 1:
            # Named is the first that is too many: a given number may fit no column.
            raise FileRefused("too-many-rows", self._limits.rows + 2)
        self._number, self._cells, self._column = given, [], -1

    def _end_cell(self) -> None:
        raw = "".join(self._value)
        if not raw:
            return
        text = self._strings.get(raw) if self._kind == "s" else raw
        if self._kind == "n":
            text = cell_text(raw, self._styles.is_date(self._style), self._styles.from_1904)
        text = text.strip()
        if not text:
            return
        if len(text) > self._limits.cell:
            raise FileRefused("cell-too-long", self._number)
        if text.startswith("="):
            raise FileRefused("formula-refused", self._number)
        if self._column >= self._limits.columns:
            raise FileRefused("too-many-columns", self._number)
        if self._column < len(self._cells):
            raise FileRefused("file-damaged", self._number)
        self._cells += [""] * (self._column - len(self._cells))
        self._cells.append(text)
