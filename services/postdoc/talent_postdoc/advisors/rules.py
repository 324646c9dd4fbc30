"""Titles of advisors, and which of them qualify."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml

from ..terms.rules import Terms


@dataclass(frozen=True)
class Title:
    """A title; both days inclusive, and open where absent."""

    code: str
    rank: Literal["senior", "vice_senior"]
    zh: str
    en: str
    awarded_from: date | None = None
    awarded_until: date | None = None


class TitlesInvalid(ValueError):  # noqa: N818 - what a file is, not what went wrong
    """A file is no list of titles; says what is wrong with which code."""


_CODE = re.compile(r"[a-z][a-z_]{2,59}")
_operator: list[Path] = []


def use(path: str) -> None:
    """Take an operator's file in the place of the service's own; raises TitlesInvalid."""
    read(Path(path).read_text("utf-8"))
    _operator[:] = [Path(path)]
    titles.cache_clear()


@cache
def titles() -> Mapping[str, Title]:
    """Return the titles that hold, by code: those that come with the service, or an operator's."""
    if _operator:
        return read(_operator[0].read_text("utf-8"))
    return read(files("talent_postdoc.advisors").joinpath("titles.yaml").read_text("utf-8"))


def read(text: str) -> Mapping[str, Title]:
    """Return the titles that a YAML file holds; raises TitlesInvalid."""
    try:
        rows: list[dict[str, Any]] = yaml.safe_load(text)
        found = [
            Title(
                code=row["code"],
                rank=row["rank"],
                zh=row["zh"],
                en=row["en"],
                awarded_from=row.get("from"),
                awarded_until=row.get("until"),
            )
            for row in rows
        ]
    except (yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
        raise TitlesInvalid("not a list of titles") from error
    known: dict[str, Title] = {}
    for each in found:
        words = (each.code, each.zh, each.en)
        if not all(isinstance(word, str) and word for word in words):
            raise TitlesInvalid(f"{each.code}: it needs a code and names in both languages")
        if not _CODE.fullmatch(each.code) or each.rank not in ("senior", "vice_senior"):
            raise TitlesInvalid(f"{each.code}: code or rank is not of the form of one")
        days = (each.awarded_from or date.min, each.awarded_until or date.max)
        if days[0] > days[1]:
            raise TitlesInvalid(f"{each.code}: it ends before it begins")
        if each.code in known or each.zh in {other.zh for other in known.values()}:
            raise TitlesInvalid(f"{each.code}: named twice")
        known[each.code] = each
    if not known:
        raise TitlesInvalid("no title in it")
    return known


def known_on(code: str, on: date) -> bool:
    """Tell whether somebody may hold a title on a day; what was awarded once is kept."""
    title = titles().get(code)
    return title is not None and (title.awarded_from or on) <= on


def qualified(code: str, terms: Terms) -> bool:
    """Tell whether a title qualifies an advisor by the figures of the region."""
    return titles()[code].rank == "senior" or terms["ADVISOR_VICE_SENIOR"] > 0
