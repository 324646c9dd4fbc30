"""Time one person against measures, beside the same conditions written by hand in Python.

Prints JSON: microseconds a person (the best of several rounds) and ratios to the hand-written code,
which gives outcomes only: no reasons, no names of what is missing.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from talent_rules import (
    LANGUAGE_VERSION,
    Environment,
    Fact,
    FactType,
    Measure,
    Outcome,
    Referral,
    Region,
    RegionTree,
    Requirement,
    Value,
    Vocabulary,
    WorkingCalendar,
    compile_expression,
    evaluate,
)
from talent_rules.spans import elapsed_years, term_years

ROUNDS, REPEATS = 15, 400

VOCABULARY = Vocabulary(
    [
        Fact("person.birth_date", FactType.DATE),
        Fact("person.degree", FactType.ENUM, values=("doctor", "master", "bachelor", "other")),
        Fact("person.full_time", FactType.BOOL),
        Fact("person.degree_abroad", FactType.BOOL),
        Fact("person.first_pension_city", FactType.BOOL),
        Fact("person.away_years", FactType.INT),
        Fact("person.under_earlier_scheme", FactType.BOOL),
        Fact("employer.region", FactType.REGION),
        Fact("employer.is_enterprise", FactType.BOOL),
        Fact("employer.outside_branch", FactType.BOOL),
        Fact("employment.contract_from", FactType.DATE),
        Fact("employment.contract_until", FactType.DATE),
        Fact("employment.dispatched", FactType.BOOL),
        Fact("employment.pension_from", FactType.DATE),
        Fact("employment.pension_gap", FactType.BOOL),
    ]
)
SETTINGS: dict[str, Any] = {
    "AGE_LIMIT": 35,
    "DOCTOR": 10_000_000,
    "MASTER": 7_000_000,
    "BACHELOR": 2_000_000,
}
TYPES = {name: FactType.INT if name == "AGE_LIMIT" else FactType.MONEY for name in SETTINGS}

SHARED = [
    ("age(person.birth_date, as_of) <= setting.AGE_LIMIT", []),
    ('person.degree in ["doctor", "master", "bachelor"]', ["person.degree_abroad"]),
    ("person.full_time", []),
    ("employer.is_enterprise", ["employment.dispatched"]),
    ('within(employer.region, "350700")', ["employer.outside_branch"]),
    ("term_years(employment.contract_from, employment.contract_until) >= 3", []),
]
PENSION = ("person.first_pension_city || person.away_years >= 3", ["person.away_years > 40"])
RULES = {
    "to-enterprise": (
        [*SHARED, ("years(employment.pension_from, as_of) >= 2", ["employment.pension_gap"])],
        'person.degree == "doctor" ? 1000000 : person.degree == "master" ? 500000 : 100000',
    ),
    "to-person": (
        [*SHARED, PENSION],
        """person.degree == "doctor"
             ? (person.under_earlier_scheme ? 2 * setting.DOCTOR : setting.DOCTOR)
             : person.degree == "master" ? setting.MASTER : setting.BACHELOR""",
    ),
}

REGIONS = RegionTree(
    [
        Region("350000", "福建省", "Fujian", None, date(1980, 1, 1)),
        Region("350700", "南平市", "Nanping", "350000", date(1980, 1, 1)),
        Region("350703", "建阳区", "Jianyang", "350700", date(2015, 1, 1)),
    ]
)
ENVIRONMENT = Environment(date(2024, 7, 1), SETTINGS, REGIONS, WorkingCalendar())

PERSON: dict[str, Value] = {
    "person.birth_date": date(1992, 3, 4),
    "person.degree": "master",
    "person.full_time": True,
    "person.degree_abroad": False,
    "person.first_pension_city": True,
    "person.away_years": 0,
    "person.under_earlier_scheme": False,
    "employer.region": "350703",
    "employer.is_enterprise": True,
    "employer.outside_branch": False,
    "employment.contract_from": date(2021, 7, 1),
    "employment.contract_until": date(2024, 6, 30),
    "employment.dispatched": False,
    "employment.pension_from": date(2021, 8, 1),
    "employment.pension_gap": False,
}
STRANGER = {name: PERSON[name] for name in ("person.birth_date", "person.degree")}


def _measure(name: str) -> Measure:
    def condition(text: str) -> Any:
        return compile_expression(text, VOCABULARY, returns=FactType.BOOL, settings=TYPES)

    conditions, amount = RULES[name]
    requirements = tuple(
        Requirement(
            str(number),
            "",
            "",
            "2.1",
            condition(text),
            tuple(Referral(condition(w), "", "") for w in when),
        )
        for number, (text, when) in enumerate(conditions)
    )
    money = compile_expression(amount, VOCABULARY, returns=FactType.MONEY, settings=TYPES)
    return Measure(name, "employment", requirements, money)


def by_hand(facts: Mapping[str, Any], env: Environment) -> tuple[tuple[Outcome, int | None], ...]:
    """The two measures for a person of whom everything is known."""
    degree = facts["person.degree"]
    shared = (
        elapsed_years(facts["person.birth_date"], env.as_of) <= SETTINGS["AGE_LIMIT"]
        and facts["person.full_time"]
        and term_years(facts["employment.contract_from"], facts["employment.contract_until"]) >= 3
    )
    fit = facts["person.degree_abroad"] or degree in {"doctor", "master", "bachelor"}
    employed = facts["employment.dispatched"] or facts["employer.is_enterprise"]
    local = facts["employer.outside_branch"] or env.regions.within(
        facts["employer.region"], "350700", env.as_of
    )
    paid = facts["employment.pension_gap"] or (
        elapsed_years(facts["employment.pension_from"], env.as_of) >= 2
    )
    away = facts["person.away_years"]
    first = away > 40 or facts["person.first_pension_city"] or away >= 3
    open_case = (
        facts["person.degree_abroad"]
        or facts["employment.dispatched"]
        or facts["employer.outside_branch"]
    )
    common = shared and fit and employed and local
    grant = {"doctor": 1_000_000, "master": 500_000}.get(degree, 100_000)
    if degree == "doctor":
        settling = SETTINGS["DOCTOR"] * (2 if facts["person.under_earlier_scheme"] else 1)
    else:
        settling = SETTINGS["MASTER" if degree == "master" else "BACHELOR"]
    return (
        _outcome(common and paid, open_case or facts["employment.pension_gap"], grant),
        _outcome(common and first, open_case or away > 40, settling),
    )


def _outcome(met: Any, referred: Any, amount: Any) -> tuple[Outcome, int | None]:
    if not met:
        return Outcome.INELIGIBLE, None
    return (Outcome.NEEDS_PERSON if referred else Outcome.ELIGIBLE), amount


def _microseconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(REPEATS):
            work()
        best = min(best, time.perf_counter() - start)
    return round(best / REPEATS * 1e6, 2)


def main() -> None:
    """Run and print."""
    two = [_measure(name) for name in RULES]
    pack = [_measure(name) for name in RULES for _ in range(12)]

    def judge(measures: list[Measure], facts: Mapping[str, Value]) -> list[Any]:
        return [evaluate(measure, facts, ENVIRONMENT) for measure in measures]

    judged = tuple((e.verdict.outcome, e.amount_fen) for e in judge(two, PERSON))
    if judged != by_hand(PERSON, ENVIRONMENT):
        raise SystemExit(f"the two ways disagree: {judged}")

    hand = _microseconds(lambda: by_hand(PERSON, ENVIRONMENT))
    rules = _microseconds(lambda: judge(two, PERSON))
    open_rules = _microseconds(lambda: judge(two, STRANGER))
    whole = _microseconds(lambda: judge(pack, PERSON))
    day, regions = ENVIRONMENT.as_of, ENVIRONMENT.regions
    within = _microseconds(lambda: regions.within("350703", "350700", day))
    text = RULES["to-person"][1]
    start = time.perf_counter()
    for _ in range(20):
        compile_expression(text, VOCABULARY, settings=TYPES)
    compiling = (time.perf_counter() - start) / 20 * 1e6

    figures = {
        "benchmark": "rules",
        "language_version": LANGUAGE_VERSION,
        "requirements_in_two_measures": sum(len(m.requirements) for m in two),
        "requirements_in_pack": sum(len(m.requirements) for m in pack),
        "by_hand_us": hand,
        "two_measures_us": rules,
        "two_measures_mostly_unknown_us": open_rules,
        "pack_us": whole,
        "within_us": within,
        "compile_one_expression_us": round(compiling, 1),
        "two_measures_to_by_hand": round(rules / hand, 2),
        "goal_two_measures_us": 100,
        "goal_pack_us": 300,
    }
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
