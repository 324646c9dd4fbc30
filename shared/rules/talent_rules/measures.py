"""The outcome of a measure: what is met, what a person must decide, what is still to be known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, NamedTuple

from .compiling import Judge, compile_conditions
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


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A measure's outcome with its reasons: one object for all of whom the same is known.

    `amount` is the result of the amount itself: false when it is not above zero. `missing` lists,
    sorted, only what can still change the outcome: nothing when it is ineligible, and when a person
    must decide only what could yet make it ineligible.
    """

    outcome: Outcome
    requirements: tuple[RequirementResult, ...]
    amount: RequirementResult
    missing: tuple[str, ...]

    @property
    def payable(self) -> bool:
        """Whether the amount is above zero, and nothing is against paying it."""
        return self.amount.state is State.TRUE and self.outcome is not Outcome.INELIGIBLE


class Evaluation(NamedTuple):
    """A verdict and the amount, which is known where it is payable."""

    verdict: Verdict
    amount_fen: int | None


class _Condition(NamedTuple):
    """A requirement made ready: results that are always alike are made once."""

    id: str
    referrals: tuple[Referral, ...]
    true: RequirementResult
    false: RequirementResult


def _condition(id_: str, referrals: tuple[Referral, ...]) -> _Condition:
    return _Condition(
        id_, referrals, RequirementResult(id_, State.TRUE), RequirementResult(id_, State.FALSE)
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
    _judge: Judge = field(init=False, repr=False)
    _verdict: Callable[[tuple[Any, ...]], Verdict] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _require(self.amount, FactType.MONEY)
        ids = [requirement.id for requirement in self.requirements]
        if len({*ids, AMOUNT}) <= len(ids):
            raise ValueError(f"{self.id}: requirement ids are unique, and none is {AMOUNT!r}")
        referrals = [*self.amount_referrals, *(r for q in self.requirements for r in q.referrals)]
        expressions = [self.amount, *(r.when for r in referrals)]
        expressions += [requirement.expression for requirement in self.requirements]
        facts = frozenset[str]().union(*(expression.facts for expression in expressions))
        each = [(q.id, q.expression, q.referrals) for q in self.requirements]
        each.append((AMOUNT, self.amount, self.amount_referrals))
        judge = compile_conditions([(e.node, [r.when.node for r in rs]) for _, e, rs in each])
        conditions = tuple(_condition(id_, referrals) for id_, _, referrals in each)
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "_judge", judge)
        verdict = lru_cache(maxsize=VERDICTS)(partial(_verdict, conditions))
        object.__setattr__(self, "_verdict", verdict)


VERDICTS = 1024
"""How many a measure keeps: people differ in their figures far more than in what these come to."""


def evaluate(
    measure: Measure, facts: Mapping[str, Value], env: Environment, *, brief: bool = False
) -> Evaluation:
    """Judge a measure: any false is ineligible, else any referred needs a person, else any unknown.

    The amount counts as one more requirement: it must be known and above zero. Where only the
    outcome is asked for (`brief`), the requirements after the first false one are not looked at.
    """
    values, amount = measure._judge(facts, env, brief)
    verdict = measure._verdict(values)
    return Evaluation(verdict, amount if verdict.payable else None)


def _verdict(conditions: Sequence[_Condition], values: tuple[Any, ...]) -> Verdict:
    """Put together what was found of each condition and its referrals, in order."""
    results = []
    rejected = referred = False
    # One bit for each name that could change an outcome not yet settled, and of those for each that
    # could still make a requirement false, which alone matter once a person must decide.
    open_names = failing_names = 0
    found = iter(values)  # zip() takes from it only once it has a condition, or a referral
    for condition, value in zip(conditions, found, strict=False):
        unknown = 0 if value is True or value is False else value.bits
        reasons: tuple[Referral, ...] = ()
        for referral, answer in zip(condition.referrals, found, strict=False):
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
    return Verdict(outcome, tuple(results), last, waiting_for(missing).ordered)


@lru_cache(maxsize=65_536)
def _unknown(id_: str, bits: int) -> RequirementResult:
    return RequirementResult(id_, State.UNKNOWN, (), waiting_for(bits).ordered)
