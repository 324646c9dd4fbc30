"""Cells of a workbook as text: numbers plain, dates by ISO 8601."""

import re
from datetime import date, datetime, timedelta

from .table import FileRefused

_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_BUILT_IN_DATES = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
"""Number formats that every workbook has; those of East Asian editions among them."""
_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number: of longer ones the last are lost."""


def column_of(place: str) -> int:
    """Return the column, from 0, of a place such as `B12`; raises FileRefused."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise FileRefused("file-damaged")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def cell_text(raw: str, is_date: bool, from_1904: bool) -> str:
    """Return a number as text: whole ones without a point, dates as YYYY-MM-DD.

    A number too long to be exact keeps its power of ten, so that nobody takes it for an identity
    number whose last digits were lost.
    """
    try:
        number = float(raw)
    except ValueError as error:
        raise FileRefused("file-damaged") from error
    if is_date and (day := _instant(number, from_1904)) is not None:
        return day
    if abs(number) >= _EXACT or number != number:  # noqa: PLR0124 - only what is no number differs
        return f"{number:.14e}"
    return str(int(number)) if number == int(number) else repr(number)


def _instant(serial: float, from_1904: bool) -> str | None:
    """Return the date, or date and time, of a serial number; 1900 was no leap year after all."""
    if from_1904:
        base = datetime(1904, 1, 1)  # noqa: DTZ001 - a spreadsheet's days have no zone
    elif serial >= 61:
        base = datetime(1899, 12, 30)  # noqa: DTZ001
    else:
        base = datetime(1899, 12, 31)  # noqa: DTZ001
    if not 0 < serial < 2_958_466:
        return None
    try:
        instant = base + timedelta(days=serial)
    except OverflowError:
        return None
    if serial == int(serial):
        return date.isoformat(instant)[:10]
    return instant.isoformat(timespec="seconds")


class DateStyles:
    """Which styles of cells show dates."""

    def __init__(self, *, from_1904: bool) -> None:
        self.from_1904 = from_1904
        self._formats: dict[str, str] = {}
        self._dates: list[bool] = []
        self._in_cells = False

    def start(self, name: str, found: dict[str, str]) -> None:
        if name == "numFmt":
            self._formats[found.get("numFmtId", "")] = found.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._dates.append(self._shows_date(found.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def is_date(self, style: str) -> bool:
        """Tell whether cells of a style, by its index, show dates."""
        if not style.isdigit() or len(style) > 6:
            return False
        index = int(style)
        return index < len(self._dates) and self._dates[index]

    def _shows_date(self, identifier: str) -> bool:
        code = self._formats.get(identifier)
        if code is None:
            return identifier.isdigit() and int(identifier[:6]) in _BUILT_IN_DATES
        letters = _QUOTED.sub("", code).lower()
        return "y" in letters or "d" in letters
