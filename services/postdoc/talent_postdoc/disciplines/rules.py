"""The catalogue, read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Named:
    """A code with its names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Catalogue:
    """One edition of the national catalogue; a discipline's first two digits are its field."""

    edition: int
    fields: Mapping[str, Named]
    disciplines: Mapping[str, Named]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that comes with the service."""
    text = files("talent_postdoc.disciplines").joinpath("disciplines.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return Catalogue(
        edition=read["edition"],
        fields={row["code"]: Named(**row) for row in read["fields"]},
        disciplines={row["code"]: Named(**row) for row in read["disciplines"]},
    )


def with_fields(codes: Iterable[str]) -> list[str]:
    """Return codes of disciplines; two digits stand for all disciplines of a field."""
    named = dict.fromkeys(codes)
    known = catalogue().disciplines
    fields = tuple(code for code in named if len(code) == 2)
    return [*named, *(code for code in known if code[:2] in fields and code not in named)]
