"""What a measure decides on facts: outcome, amount, dated instalments, claim keys, reasons.

Pure: the same pack, facts, day, settings, regions and calendar give the same answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from talent_rules import (
    Environment,
    Expression,
    Outcome,
    RegionTree,
    RequirementResult,
    State,
    Unknown,
    Value,
    Verdict,
    WorkingCalendar,
    evaluate,
    split_amount,
)
from talent_rules.functions import add_months

from ..facts.known import Parties
from ..facts.reading import as_json
from ..facts.vocabulary import SubjectKind
from .compiling import CompiledMeasure, CompiledPack, KeyParts
from .content import Part
from .counters import COUNTED, CounterKind


class Instalment(NamedTuple):
    """A part of the amount and the day on which it falls due."""

    due: date
    amount_fen: int


class Claim(NamedTuple):
    """What may be granted once: the key is unique within the scope (measure or exclusion group)."""

    scope: str
    key: str


class Count(NamedTuple):
    """What a grant adds to a counter: up to `limit`, or from exactly `used` where that is None."""

    kind: CounterKind
    scope: str
    key: str
    used: int
    add: int
    limit: int | None


class MeasureResult(NamedTuple):
    """What a measure comes to.

    `amount_fen` and `instalments` are known where the amount is and the outcome is not ineligible;
    the instalments add up to the amount; an offset has none. `uncut_fen` is what it would be
    without what a cap or a grant of the same group takes off, where they take something.
    """

    measure: CompiledMeasure
    verdict: Verdict
    amount_fen: int | None
    uncut_fen: int | None
    instalments: tuple[Instalment, ...]
    mode: str

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def requirements(self) -> tuple[RequirementResult, ...]:
        return self.verdict.requirements

    @property
    def missing(self) -> tuple[str, ...]:
        return self.verdict.missing


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
    *,
    brief: bool = False,
) -> MeasureResult:
    """Decide a measure; determinations settle the requirements that are referred, by id.

    Where it is `brief`, nothing is said of what comes after the first false requirement.
    """
    verdict, whole = evaluate(measure.rules, facts, env, brief=brief)
    if determinations:
        verdict = determined(verdict, determinations)
        whole = None if verdict.outcome is Outcome.INELIGIBLE else whole
    if measure.key_rules and verdict.outcome in _COULD_BE_GRANTED:
        unknown = [value for value in _keys(measure, facts, env) if isinstance(value, Unknown)]
        if unknown:
            verdict = _keyless(verdict, reduce(or_, unknown))
    amount = whole if whole is None else _cut(measure, whole, facts, env)
    return MeasureResult(
        measure,
        verdict,
        amount,
        None if amount == whole else whole,
        () if amount is None else _instalments(measure, amount, env),
        str(env.settings[measure.content.mode]),
    )


_COULD_BE_GRANTED = (Outcome.ELIGIBLE, Outcome.UNKNOWN)


def _keys(
    measure: CompiledMeasure, facts: Mapping[str, Value], env: Environment
) -> list[Value | Unknown]:
    return [rule.evaluate(facts, env) for rule in measure.key_rules]


@lru_cache(maxsize=4096)
def _keyless(verdict: Verdict, unknown: Unknown) -> Verdict:
    """Leave unknown what would be granted under a key that is not known yet."""
    # Where the key is not known, neither is what was counted under it: that nobody can tell.
    missing = unknown.names | (set(verdict.missing) - frozenset(COUNTED.values()))
    return replace(verdict, outcome=Outcome.UNKNOWN, missing=tuple(sorted(missing)))


def determined(verdict: Verdict, determinations: Mapping[str, bool]) -> Verdict:
    """Put a person's decisions in place of referrals; on any other requirement they do nothing."""
    results = tuple(
        RequirementResult(result.id, State.TRUE if determinations[result.id] else State.FALSE)
        if result.state is State.REFERRED and result.id in determinations
        else result
        for result in verdict.requirements
    )
    every = (*results, verdict.amount)
    states = {result.state for result in every}
    missing: set[str] = set()
    if State.FALSE in states:
        outcome = Outcome.INELIGIBLE
    elif State.REFERRED in states:
        outcome, missing = Outcome.NEEDS_PERSON, set(verdict.missing)
    elif State.UNKNOWN in states:
        outcome = Outcome.UNKNOWN
        missing = {name for result in every for name in result.missing}
    else:
        outcome = Outcome.ELIGIBLE
    return replace(verdict, outcome=outcome, requirements=results, missing=tuple(sorted(missing)))


def _cut(
    measure: CompiledMeasure, whole: int, facts: Mapping[str, Value], env: Environment
) -> int | None:
    """Take off what the group has granted, then what the cap does not leave; None if unknown."""
    amount = whole
    for counter in reversed(measure.counters):
        if counter.kind in {"quota", "notice"}:
            continue
        used = facts.get(COUNTED[counter.kind])
        limit = whole if counter.limit is None else counter.limit.evaluate(facts, env)
        if not isinstance(used, int) or not isinstance(limit, int):
            return None
        amount = min(amount, limit - used)
    return amount


def _instalments(measure: CompiledMeasure, amount: int, env: Environment) -> tuple[Instalment, ...]:
    if measure.content.payout == "offset":
        return ()
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
    measure: CompiledMeasure, parties: Parties, facts: Mapping[str, Value], env: Environment
) -> tuple[Claim, ...]:
    """Return the claims that a grant makes; raises LookupError where a part is unknown."""
    return tuple(
        Claim(claim.scope, key_of(claim.per, parties, facts, env)) for claim in measure.claims
    )


def counts(
    measure: CompiledMeasure,
    parties: Parties,
    facts: Mapping[str, Value],
    env: Environment,
    amount_fen: int,
) -> tuple[Count, ...]:
    """Return what a grant counts; raises LookupError where a part or a figure is unknown."""
    return tuple(
        Count(
            counter.kind,
            counter.scope,
            key_of(counter.per, parties, facts, env),
            _number(facts.get(COUNTED[counter.kind])),
            1 if counter.kind == "quota" else amount_fen,
            None if counter.limit is None else _number(counter.limit.evaluate(facts, env)),
        )
        for counter in measure.counters
    )


def _number(value: Value | Unknown | None) -> int:
    if not isinstance(value, int):
        raise LookupError("a counter that is not known")
    return value


def key_of(parts: KeyParts, parties: Parties, facts: Mapping[str, Value], env: Environment) -> str:
    """Return the key that the parts give together; raises LookupError where one is unknown."""
    return "|".join(_key_part(part, parties, facts, env) for part in parts)


def _key_part(
    part: SubjectKind | Expression,
    parties: Parties,
    facts: Mapping[str, Value],
    env: Environment,
) -> str:
    if isinstance(part, Expression):
        value = part.evaluate(facts, env)
        if isinstance(value, Unknown):
            raise LookupError(part.text)
        # Numbers of contracts are compared whatever their letter case: paid twice is worse.
        return str(as_json(value)).casefold()
    identifier = parties.of(part)
    if identifier is None:
        raise LookupError(part)
    return f"{part.value}:{identifier}"
