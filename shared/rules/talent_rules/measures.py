"""The outcome of a measure: what is met, what a person must decide, what is still to be known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from .compiling import Run
from .environment import Environment
from .expression import Expression
from .types import FactType, Value, waiting_for

AMOUNT = "amount"
"""The id under which the amount's own result stands."""


class State(StrEnum):
    """What is known of one requirement."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    REFERRED = "referred"


class Outcome(StrEnum):
    """What is known of a whole measure."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Referral:
    """When a person must decide, because the document leaves the case open, and why."""

    when: Expression
    reason_zh: str
    reason_en: str

    def __post_init__(self) -> None:
        _require(self.when, FactType.BOOL)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of a measure with the article it comes from.

    A referral goes before the condition's own true or false: the document leaves the case open
    whatever the figures say. So a referral that is not known leaves the requirement unknown.
    """

    id: str
    text_zh: str
    text_en: str
    article: str
    expression: Expression
    referrals: tuple[Referral, ...] = ()

    def __post_init__(self) -> None:
        _require(self.expression, FactType.BOOL)


class RequirementResult(NamedTuple):
    """A requirement's state; the referrals that apply, and the sorted names that would decide."""

    id: str
    state: State
    reasons: tuple[Referral, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A measure's outcome with its reasons.

    `amount` is the result of the amount itself: false when it is not above zero. `amount_fen` is
    known when that is true and the outcome is not ineligible. `missing` lists, sorted, only what
    can still change the outcome: nothing when it is ineligible, and when a person must decide only
    what could yet make it ineligible.
    """

    outcome: Outcome
    amount_fen: int | None
    requirements: tuple[RequirementResult, ...]
    amount: RequirementResult
    missing: tuple[str, ...]


class _Condition(NamedTuple):
    """A requirement made ready: results that are always alike are made once."""

    id: str
    run: Run
    referrals: tuple[tuple[Run, Referral], ...]
    true: RequirementResult
    false: RequirementResult


def _condition(id_: str, expression: Expression, referrals: tuple[Referral, ...]) -> _Condition:
    return _Condition(
        id_,
        expression.evaluate,
        tuple((referral.when.evaluate, referral) for referral in referrals),
        RequirementResult(id_, State.TRUE),
        RequirementResult(id_, State.FALSE),
    )


def _require(expression: Expression, kind: FactType) -> None:
    if expression.type is not kind:
        raise ValueError(f"an expression of type {kind} is needed, not {expression.type}")


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What may be granted, evaluated per `per` (person, employment, project, …).

    `amount` gives fen; `amount_referrals` say when a person must set it (一事一议).
    """

    id: str
    per: str
    requirements: tuple[Requirement, ...]
    amount: Expression
    amount_referrals: tuple[Referral, ...] = ()
    facts: frozenset[str] = field(init=False)
    """Every fact that the measure reads."""
    _conditions: tuple[_Condition, ...] = field(init=False, repr=False)
    """The requirements, then the amount."""

    def __post_init__(self) -> None:
        _require(self.amount, FactType.MONEY)
        ids = [requirement.id for requirement in self.requirements]
        if len({*ids, AMOUNT}) <= len(ids):
            raise ValueError(f"{self.id}: requirement ids are unique, and none is {AMOUNT!r}")
        referrals = [*self.amount_referrals, *(r for q in self.requirements for r in q.referrals)]
        expressions = [self.amount, *(r.when for r in referrals)]
        expressions += [requirement.expression for requirement in self.requirements]
        facts = frozenset[str]().union(*(expression.facts for expression in expressions))
        conditions = [_condition(q.id, q.expression, q.referrals) for q in self.requirements]
        conditions.append(_condition(AMOUNT, self.amount, self.amount_referrals))
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "_conditions", tuple(conditions))


def evaluate(
    measure: Measure, facts: Mapping[str, Value], env: Environment, *, brief: bool = False
) -> Evaluation:
    """Judge a measure: any false is ineligible, else any referred needs a person, else any unknown.

    The amount counts as one more requirement: it must be known and above zero. Where only the
    outcome is asked for (`brief`), the requirements after the first false one are not looked at.
    """
    results = []
    rejected = referred = False
    amount = None
    # One bit for each name that could change an outcome not yet settled, and of those for each that
    # could still make a requirement false, which alone matter once a person must decide.
    open_names = failing_names = 0
    for condition in measure._conditions:
        value = condition.run(facts, env)
        if value.__class__ is int:  # only the amount, which comes last, is a number
            amount, value = value, value > 0
        unknown = 0 if value is True or value is False else value.bits
        reasons: tuple[Referral, ...] = ()
        for when, referral in condition.referrals:
            answer = when(facts, env)
            if answer is True:
                reasons += (referral,)
            elif answer is not False:
                unknown |= answer.bits
        if reasons:
            referred = True
            results.append(RequirementResult(condition.id, State.REFERRED, reasons))
        elif unknown:
            open_names |= unknown
            if value is not True:
                failing_names |= unknown
            results.append(_unknown(condition.id, unknown))
        elif value is True:
            results.append(condition.true)
        else:
            rejected = True
            results.append(condition.false)
            if brief:
                break

    last = results.pop()
    missing = 0
    if rejected:
        outcome = Outcome.INELIGIBLE
    elif referred:
        outcome, missing = Outcome.NEEDS_PERSON, failing_names
    elif open_names:
        outcome, missing = Outcome.UNKNOWN, open_names
    else:
        outcome = Outcome.ELIGIBLE
    payable = amount if last.state is State.TRUE and not rejected else None
    return Evaluation(outcome, payable, tuple(results), last, waiting_for(missing).ordered)


@lru_cache(maxsize=65_536)
def _unknown(id_: str, bits: int) -> RequirementResult:
    return RequirementResult(id_, State.UNKNOWN, (), waiting_for(bits).ordered)
