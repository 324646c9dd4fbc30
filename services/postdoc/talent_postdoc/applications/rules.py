"""The conditions of each kind of station, compiled once, and judging them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from talent_kit.regions import regions
from talent_rules import (
    Environment,
    Fact,
    FactType,
    Measure,
    Referral,
    Requirement,
    State,
    Value,
    Vocabulary,
    WorkingCalendar,
    compile_expression,
    evaluate,
)

from ..stations.states import Kind, Level
from ..terms.rules import Terms, shipped


class Status(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    ESTABLISHED = "established"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Returned, and not corrected in time."""


WRITABLE = frozenset({Status.DRAFT, Status.RETURNED})
PENDING = frozenset({Status.UNDER_REVIEW, Status.RETURNED})
DECIDED = frozenset(Status) - WRITABLE - PENDING

LEVELS: Mapping[Kind, frozenset[Level]] = {
    Kind.MOBILE: frozenset({Level.NATIONAL}),
    Kind.WORKSTATION: frozenset({Level.NATIONAL, Level.PROVINCIAL}),
    Kind.BRANCH: frozenset({Level.NATIONAL, Level.PROVINCIAL}),
    Kind.PRACTICE_BASE: frozenset({Level.PROVINCIAL, Level.CITY}),
}
"""At which levels there are stations of a kind."""

FILED_AT_ONCE = frozenset({Kind.WORKSTATION, Kind.BRANCH})
"""Of which kinds an enterprise may file (即时备案), where its region has it."""


@dataclass(frozen=True)
class Conditions:
    """What a kind of station asks."""

    measure: Measure
    documents: frozenset[str]


@dataclass(frozen=True)
class Judged:
    """What is known of one condition; `missing` names facts that would decide it.

    `facts` are those that it looks at, None where nobody said them, and `figures` those of the
    region that it holds them against.
    """

    requirement: Requirement
    state: State
    referrals: tuple[Referral, ...]
    missing: tuple[str, ...]
    facts: Mapping[str, Value | None]
    figures: Mapping[str, int]


def judge(kind: Kind, facts: Mapping[str, Value], terms: Terms, on: date) -> list[Judged]:
    """Return what is known of each condition of a kind of station."""
    measure = conditions()[kind].measure
    env = Environment(on, dict(terms), regions(), WorkingCalendar())
    found = evaluate(measure, facts, env).verdict.requirements
    return [
        Judged(
            requirement,
            result.state,
            result.reasons,
            result.missing,
            {name: facts.get(name) for name in _read_by(requirement)},
            {name: terms[name] for name in sorted(requirement.expression.settings)},
        )
        for requirement, result in zip(measure.requirements, found, strict=True)
    ]


def _read_by(requirement: Requirement) -> list[str]:
    parts = (requirement.expression, *(each.when for each in requirement.referrals))
    return sorted(frozenset[str]().union(*(part.facts for part in parts)))


def submittable(judged: list[Judged]) -> bool:
    """Tell whether nothing is unmet or left unsaid; what a person must look at goes to review."""
    return all(each.state in {State.TRUE, State.REFERRED} for each in judged)


def files_at_once(kind: Kind, *, enterprise: bool, judged: list[Judged], terms: Terms) -> bool:
    """Tell whether the station exists as soon as it is applied for."""
    met = all(each.state is State.TRUE for each in judged)
    return met and enterprise and kind in FILED_AT_ONCE and terms["FILING_AT_ONCE"] > 0


@dataclass(frozen=True)
class FactName:
    """What a fact is called, and whose word it is."""

    zh: str
    en: str
    source: Literal["drawn", "declared"]


@cache
def fact_names() -> Mapping[str, FactName]:
    """Return what the facts are called."""
    return {
        name: FactName(row["zh"], row["en"], row["from"]) for name, row in _read()["facts"].items()
    }


@cache
def conditions() -> Mapping[Kind, Conditions]:
    """Return what every kind asks."""
    read = _read()
    facts = Vocabulary(
        Fact(
            name,
            FactType(row["type"]),
            label_zh=row["zh"],
            label_en=row["en"],
            values=tuple(row.get("values", ())),
        )
        for name, row in read["facts"].items()
    )
    settings = {
        term.name: FactType.MONEY if term.unit == "fen" else FactType.INT
        for term in shipped().values()
    }

    def compiled(text: str) -> Any:
        return compile_expression(text, facts, returns=FactType.BOOL, settings=settings)

    every = {
        name: Requirement(
            name,
            row["zh"],
            row["en"],
            row["article"],
            compiled(row["rule"]),
            tuple(
                Referral(compiled(each["when"]), each["zh"], each["en"])
                for each in row.get("referrals", ())
            ),
        )
        for name, row in read["conditions"].items()
    }
    nothing = compile_expression("yuan(1)", facts, returns=FactType.MONEY)
    return {
        Kind(kind): Conditions(
            Measure(kind, "station", tuple(every[name] for name in row["conditions"]), nothing),
            frozenset(row["documents"]),
        )
        for kind, row in read["kinds"].items()
    }


@cache
def _read() -> dict[str, Any]:
    text = files("talent_postdoc.applications").joinpath("conditions.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read
