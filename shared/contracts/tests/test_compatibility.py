"""The checker on made-up events: each kind of change, and what it says of it."""

from datetime import date
from typing import Literal
from uuid import UUID

import pytest
from pydantic import BaseModel
from talent_contracts.compatibility import compare


class Seat(BaseModel):
    row: int


class Before(BaseModel):
    """An event of before."""

    version: int
    seat_id: UUID
    status: Literal["free", "taken"]
    until: date | None
    tags: tuple[str, ...] = ()
    seat: Seat


def changed(**fields):
    """The event of before with some fields replaced; a field of None is left out."""
    annotations = dict(Before.__annotations__) | fields
    body = {"__annotations__": {name: kind for name, kind in annotations.items() if kind}}
    if "tags" in body["__annotations__"]:
        body["tags"] = ()
    if "note" in fields:
        body["note"] = None
    return type("After", (BaseModel,), body | {"__module__": __name__})


def difference(after):
    return compare(Before.model_json_schema(), after.model_json_schema())


def test_the_same_schema_breaks_nothing_and_texts_do_not_matter():
    found = difference(changed())
    assert (found.breaks, found.additions) == ([], [])


def test_an_optional_field_may_be_added():
    found = difference(changed(note=str | None))
    assert (found.breaks, found.additions) == ([], ["note: added, optional"])


class Row(BaseModel):
    row: str


class SeatWithColumn(BaseModel):
    row: int
    column: int


class Seat2(BaseModel):
    row: int
    column: int = 0


def test_an_optional_field_may_be_added_inside():
    found = difference(changed(seat=Seat2))
    assert (found.breaks, found.additions) == ([], ["seat.column: added, optional"])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"status": None}, "status: removed or renamed"),
        ({"seat_id": None, "place_id": UUID}, "seat_id: removed or renamed"),
        ({"place_id": UUID}, "place_id: added as required"),
        ({"version": str}, "version: type changes from 'integer' to 'string'"),
        ({"seat_id": str}, "seat_id: format changes from 'uuid' to None"),
        ({"status": Literal["free"]}, "status: 'taken' is no longer allowed"),
        ({"status": Literal["free", "taken", "held"]}, "status: 'held' is new"),
        ({"status": str}, "status: it is an enumeration in one of the two alone"),
        ({"until": date}, "until: the alternatives of its type change"),
        ({"version": int | None}, "version: the alternatives of its type change"),
        ({"tags": tuple[int, ...]}, "tags[]: type changes from 'string' to 'integer'"),
        ({"tags": str}, "tags: it is a list in one of the two alone"),
        ({"seat": Row}, "seat.row: type changes from 'integer' to 'string'"),
        ({"seat": SeatWithColumn}, "seat.column: added as required"),
    ],
)
def test_a_change_that_would_break_someone_is_named(fields, says):
    assert any(line.startswith(says) for line in difference(changed(**fields)).breaks)


class Optional(BaseModel):
    version: int = 0


class Required(BaseModel):
    version: int


def test_a_field_neither_becomes_required_nor_optional():
    optional, required = Optional.model_json_schema(), Required.model_json_schema()
    assert compare(optional, required).breaks[0].startswith("version: becomes required")
    assert compare(required, optional).breaks[0].startswith("version: becomes optional")
