"""The first row: which column holds which field."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .table import FileRefused, Row


@dataclass(frozen=True)
class Columns:
    """Where each field stands; what no field claims is left out."""

    places: Mapping[str, int]

    def fields(self, row: Row) -> dict[str, str]:
        """Return a row's cells by field; a cell that is missing or blank is left out."""
        cells = row.cells
        return {
            field: cells[place]
            for field, place in self.places.items()
            if place < len(cells) and cells[place]
        }


def match_columns(
    header: Row, names: Mapping[str, Collection[str]], required: Collection[str]
) -> Columns:
    """Find each field's column by its own name or one of its other names, in any order.

    Width, case, blanks, underscores and a star (for required) do not matter. Raises FileRefused:
    columns-missing and columns-doubled, with the field.
    """
    fields = {_plain(name): field for field, others in names.items() for name in (field, *others)}
    places: dict[str, int] = {}
    for place, cell in enumerate(header.cells):
        field = fields.get(_plain(cell))
        if field is None:
            continue
        if field in places:
            raise FileRefused("columns-doubled", header.number, field)
        places[field] = place
    for field in required:
        if field not in places:
            raise FileRefused("columns-missing", header.number, field)
    return Columns(places)


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in plain if character not in "*_- \t\n\r\u3000")
