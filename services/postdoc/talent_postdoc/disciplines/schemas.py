"""Disciplines over HTTP, and as they stand in requests."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

from .rules import catalogue


class DisciplineOut(BaseModel):
    """A first-level discipline (一级学科) and the field (学科门类) it belongs to."""

    code: Annotated[str, Field(examples=["0812"])]
    name: Bilingual
    field: Bilingual


class CatalogueOut(BaseModel):
    """One edition of the national catalogue."""

    edition: int
    items: list[DisciplineOut]


def _known(code: str) -> str:
    if code not in catalogue().disciplines:
        raise PydanticCustomError("unknown_discipline", "not in the catalogue")
    return code


def _distinct(codes: list[str]) -> list[str]:
    if len(set(codes)) < len(codes):
        raise PydanticCustomError("named_twice", "named twice")
    return codes


Discipline = Annotated[str, AfterValidator(_known), Field(examples=["0812"])]
"""The code of a first-level discipline."""

Disciplines = Annotated[
    list[Discipline], AfterValidator(_distinct), Field(min_length=1, max_length=20)
]
"""Codes of first-level disciplines, each once."""
