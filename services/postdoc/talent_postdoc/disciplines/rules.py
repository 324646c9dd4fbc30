"""The catalogue, read once: the one that comes with the service, or an operator's in its place."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

_FIELD, _DISCIPLINE = re.compile(r"[0-9]{2}"), re.compile(r"[0-9]{4}")
_CHINESE = re.compile(r"[\u4e00-\u9fff、（）]+")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z ,'()-]*")


class CatalogueInvalid(ValueError):  # noqa: N818 - what a file is, not what went wrong
    """A file is no catalogue; says what is wrong with which code."""


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


_operator: list[Path] = []


def use(path: str) -> None:
    """Take an operator's file in the place of the service's own; raises CatalogueInvalid.

    To be called before anything is served: the catalogue is one for the whole process.
    """
    read(Path(path).read_text("utf-8"))
    _operator[:] = [Path(path)]
    catalogue.cache_clear()


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that holds."""
    if _operator:
        return read(_operator[0].read_text("utf-8"))
    return read(files("talent_postdoc.disciplines").joinpath("disciplines.yaml").read_text("utf-8"))


def read(text: str) -> Catalogue:
    """Return the catalogue that a YAML file holds; raises CatalogueInvalid."""
    try:
        given: dict[str, Any] = yaml.safe_load(text)
        fields = [Named(**row) for row in given["fields"]]
        disciplines = [Named(**row) for row in given["disciplines"]]
        edition = int(given["edition"])
    except (yaml.YAMLError, TypeError, KeyError, ValueError) as error:
        raise CatalogueInvalid("not of an edition, fields and disciplines") from error
    _require_forms(fields, _FIELD)
    _require_forms(disciplines, _DISCIPLINE)
    known = {each.code for each in fields}
    for each in disciplines:
        if each.code[:2] not in known:
            raise CatalogueInvalid(f"{each.code}: no such field")
    return Catalogue(
        edition, {each.code: each for each in fields}, {each.code: each for each in disciplines}
    )


def _require_forms(given: Iterable[Named], form: re.Pattern[str]) -> None:
    rows = list(given)
    for each in rows:
        for value, wanted in ((each.code, form), (each.zh, _CHINESE), (each.en, _ENGLISH)):
            if not isinstance(value, str) or not wanted.fullmatch(value):
                raise CatalogueInvalid(f"{each.code}: {value!r} is not of the form of one")
    for name in ("code", "zh", "en"):
        ((value, times),) = Counter(getattr(each, name) for each in rows).most_common(1)
        if times > 1:
            raise CatalogueInvalid(f"{value}: named {times} times")


def with_fields(codes: Iterable[str]) -> list[str]:
    """Return codes of disciplines; two digits stand for all disciplines of a field."""
    named = dict.fromkeys(codes)
    known = catalogue().disciplines
    fields = tuple(code for code in named if len(code) == 2)
    return [*named, *(code for code in known if code[:2] in fields and code not in named)]
