"""What a measure decides on facts: outcome, amount, dated instalments, claim keys, reasons.

Pure: the same pack, facts, day, settings, regions and calendar give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from talent_rules import (
    Environment,
    Evaluation,
    Expression,
    Outcome,
    RegionTree,
    RequirementResult,
    State,
    Unknown,
    Value,
    WorkingCalendar,
    evaluate,
    split_amount,
)
from talent_rules.functions import add_months

from ..facts.known import Parties
from ..facts.reading import as_json
from .compiling import CompiledMeasure, CompiledPack
from .content import Part


class Instalment(NamedTuple):
    """A part of the amount and the day on which it falls due."""

    due: date
    amount_fen: int


class Claim(NamedTuple):
    """What may be paid once: the key is unique within the scope (measure or exclusion group)."""

    scope: str
    key: str


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """What a measure comes to.

    `amount_fen` and `instalments` are known where the amount is and the outcome is not ineligible;
    the instalments add up to the amount.
    """

    measure: CompiledMeasure
    outcome: Outcome
    amount_fen: int | None
    instalments: tuple[Instalment, ...]
    requirements: tuple[RequirementResult, ...]
    missing: tuple[str, ...]
    mode: str


def environment(
    pack: CompiledPack,
    as_of: date,
    regions: RegionTree,
    calendar: WorkingCalendar,
    settings: Mapping[str, Any] | None = None,
) -> Environment:
    """Return what rules may look at on a day; `settings` replace those of the pack."""
    values = pack.settings_on(as_of) if settings is None else settings
    return Environment(as_of=as_of, settings=values, regions=regions, calendar=calendar)


def decide(
    measure: CompiledMeasure,
    facts: Mapping[str, Value],
    env: Environment,
    determinations: Mapping[str, bool] | None = None,
) -> MeasureResult:
    """Decide a measure; determinations settle the requirements that are referred, by id."""
    evaluation = evaluate(measure.rules, facts, env)
    if determinations:
        evaluation = determined(evaluation, determinations)
    amount = evaluation.amount_fen
    return MeasureResult(
        measure=measure,
        outcome=evaluation.outcome,
        amount_fen=amount,
        instalments=() if amount is None else _instalments(measure, amount, env),
        requirements=evaluation.requirements,
        missing=evaluation.missing,
        mode=str(env.settings[measure.content.mode]),
    )


def determined(evaluation: Evaluation, determinations: Mapping[str, bool]) -> Evaluation:
    """Put a person's decisions in place of referrals; on any other requirement they do nothing."""
    results = tuple(
        RequirementResult(result.id, State.TRUE if determinations[result.id] else State.FALSE)
        if result.state is State.REFERRED and result.id in determinations
        else result
        for result in evaluation.requirements
    )
    every = (*results, evaluation.amount)
    states = {result.state for result in every}
    missing: set[str] = set()
    if State.FALSE in states:
        outcome = Outcome.INELIGIBLE
    elif State.REFERRED in states:
        outcome, missing = Outcome.NEEDS_PERSON, set(evaluation.missing)
    elif State.UNKNOWN in states:
        outcome = Outcome.UNKNOWN
        missing = {name for result in every for name in result.missing}
    else:
        outcome = Outcome.ELIGIBLE
    return replace(
        evaluation,
        outcome=outcome,
        amount_fen=None if outcome is Outcome.INELIGIBLE else evaluation.amount_fen,
        requirements=results,
        missing=tuple(sorted(missing)),
    )


def _instalments(measure: CompiledMeasure, amount: int, env: Environment) -> tuple[Instalment, ...]:
    if measure.content.instalments is None:
        return (Instalment(env.as_of, amount),)
    settings: Mapping[str, Any] = env.settings
    parts: tuple[Part, ...] = settings[measure.content.instalments]
    shares = split_amount(amount, [part.share for part in parts])
    return tuple(
        Instalment(add_months(env.as_of, part.after_months), share)
        for part, share in zip(parts, shares, strict=True)
        if share > 0
    )


def claims(
    pack: CompiledPack,
    measure: CompiledMeasure,
    parties: Parties,
    facts: Mapping[str, Value],
    env: Environment,
) -> tuple[Claim, ...]:
    """Return the claims that paying a measure makes; raises LookupError where a part is unknown."""
    exclusion = measure.content.exclusion
    what = measure.content.id if exclusion is None else exclusion.group
    scope = f"{pack.content.pack.name}:{what}"
    return tuple(
        Claim(scope, "|".join(_claim_part(part, parties, facts, env) for part in key))
        for key in measure.claims
    )


def _claim_part(part: Any, parties: Parties, facts: Mapping[str, Value], env: Environment) -> str:
    if isinstance(part, Expression):
        value = part.evaluate(facts, env)
        if isinstance(value, Unknown):
            raise LookupError(part.text)
        return str(as_json(value))
    identifier = parties.of(part)
    if identifier is None:
        raise LookupError(part)
    return f"{part.value}:{identifier}"
