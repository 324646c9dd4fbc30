"""Who may enter, and which documents each act requires: rules and lists as data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from talent_kit.regions import regions
from talent_kit.texts import Bilingual
from talent_rules import (
    Environment,
    Expression,
    Fact,
    FactType,
    Value,
    Vocabulary,
    WorkingCalendar,
    compile_expression,
)

from ..terms.rules import Terms
from .acts import Kind

VOCABULARY = Vocabulary(
    [
        Fact("talent.birth_date", FactType.DATE),
        Fact("doctorate.awaited", FactType.BOOL),
        Fact("doctorate.awarded_on", FactType.DATE),
        Fact("fellow.in_service", FactType.BOOL),
        Fact("fellow.same_unit", FactType.BOOL),
    ]
)
_SETTINGS = {"ENTRY_AGE": FactType.INT, "ENTRY_DOCTORATE_YEARS": FactType.INT}


@dataclass(frozen=True)
class Condition:
    """A condition of entry, and what it is called."""

    name: str
    text: Bilingual
    rule: Expression


@cache
def conditions() -> Mapping[str, Condition]:
    """Return the conditions of entry by name."""
    return {
        name: Condition(
            name,
            Bilingual(zh=row["zh"], en=row["en"]),
            compile_expression(row["rule"], VOCABULARY, returns=FactType.BOOL, settings=_SETTINGS),
        )
        for name, row in _data("conditions.yaml").items()
    }


def unmet(facts: Mapping[str, Value], on: date, terms: Terms) -> list[Condition]:
    """Return the conditions that are not met on a day; what is not known counts as not met."""
    settings: dict[str, Value] = {name: terms[name] for name in _SETTINGS}
    there = Environment(on, settings, regions(), WorkingCalendar())
    return [each for each in conditions().values() if each.rule.evaluate(facts, there) is not True]


def required(kind: Kind, cases: Collection[str]) -> frozenset[str]:
    """Return the kinds of documents that an act requires: always, and in each of some cases."""
    rows: dict[str, Any] = _data("requirements.yaml").get(kind, {})
    return frozenset(name for case in ("always", *cases) for name in rows.get(case, ()))


@cache
def _data(name: str) -> dict[str, Any]:
    text = files("talent_postdoc.fellows").joinpath(name).read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data
