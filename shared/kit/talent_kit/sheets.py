"""Rows written as CSV or XLSX while they come, so that nothing grows with their number.

Pure: rows go in, bytes come out. Text that a spreadsheet could take for a formula never is one:
CSV has an apostrophe before it, XLSX says that the cell is text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Cell = str | int | float | None
"""A number is written as one, and so begins no formula."""

_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_BEYOND_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Sheet(Protocol):
    """Takes rows; gives the bytes that are ready."""

    def add(self, rows: Iterable[Sequence[Cell]]) -> bytes: ...

    def end(self) -> bytes: ...


class CsvSheet:
    """UTF-8 with a mark, by which spreadsheets know it."""

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text)

    def add(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        self._writer.writerows([_harmless(cell) for cell in row] for row in rows)
        return self._taken()

    def end(self) -> bytes:
        return self._taken()

    def _taken(self) -> bytes:
        ready = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return ready


class XlsxSheet:
    """A workbook with one sheet, its texts in the cells themselves."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        for name, content in _PARTS.items():
            self._zip.writestr(name, content)
        self._part = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._part.write(_SHEET_HEAD.encode())
        self._rows = 0

    def add(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        for row in rows:
            self._rows += 1
            cells = "".join(_cell(cell) for cell in row)
            self._part.write(f'<row r="{self._rows}">{cells}</row>'.encode())
        return self._sink.taken()

    def end(self) -> bytes:
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        self._zip.close()
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """A file that can only be written to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        ready = b"".join(self._pieces)
        self._pieces.clear()
        return ready


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and _FORMULA.match(cell.lstrip(" ")):
        return f"'{cell}"
    return cell


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, int | float):
        return f"<c><v>{cell}</v></c>"
    text = escape(_BEYOND_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", cell))
    return f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f"{_OFFICE}/spreadsheetml/2006/main"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_PACKAGE = f"{_OFFICE}/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_HEAD = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
_PARTS = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>'
        '<sheet name="registrations" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    # Style 1 is text whose first sign means nothing, also when somebody edits the cell.
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}
