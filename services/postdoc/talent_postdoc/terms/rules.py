"""The figures that come with the service, and which of several holds at a place and a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Term:
    """One figure: its unit, what it is called, and the value that holds where nobody set one."""

    name: str
    unit: str
    value: int
    zh: str
    en: str
    usual: bool
    """Whether no document of force everywhere gives it: practice, which authorities set."""
    regions: Mapping[str, int] = field(default_factory=dict)
    """Values that documents give for a region."""


@cache
def shipped() -> Mapping[str, Term]:
    """Return the figures that come with the service, by name."""
    text = files("talent_postdoc.terms").joinpath("terms.yaml").read_text("utf-8")
    rows: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: Term(name=name, **{"usual": False} | row) for name, row in rows.items()}


MOST: Mapping[str, int] = {"switch": 1, "level": 3, "thirds": 3, "percent": 100}
"""The largest value of figures of some units."""


@dataclass(frozen=True)
class SetValue:
    """A value that an authority set for its region, from a day on."""

    region: str
    name: str
    valid_from: date
    value: int


Terms = Mapping[str, int]
"""The figures that hold at a place on a day, by name."""


def holding(line: Sequence[str], on: date, given: Iterable[SetValue]) -> Terms:
    """Return what holds in the first region of `line`, which leads up to the whole country.

    The nearest region that set a figure by that day counts, there the value set for the latest
    day; of two for one day the one that stands later in `given`.
    """
    values = {name: term.value for name, term in shipped().items()}
    place = {code: far for far, code in enumerate(line)}
    best: dict[str, tuple[int, date]] = {}
    for each in (*_documented(), *given):
        if each.region in place and each.valid_from <= on:
            rank = (-place[each.region], each.valid_from)
            if each.name not in best or rank >= best[each.name]:
                best[each.name] = rank
                values[each.name] = each.value
    return values


@cache
def _documented() -> tuple[SetValue, ...]:
    return tuple(
        SetValue(region, term.name, date.min, value)
        for term in shipped().values()
        for region, value in term.regions.items()
    )
