"""A rule ready to be evaluated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .checking import check
from .compiling import compile_node
from .environment import Environment
from .parsing import Limits, parse
from .syntax import SETTING
from .types import FactType, Unknown, Value
from .vocabulary import Fact, Vocabulary

LANGUAGE_VERSION = 1
"""Raised when the same rule text could give another answer; decisions record it."""


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled rule.

    `facts` and `settings` are the names it reads. `evaluate(facts, environment)` gives a value of
    `type` or Unknown and never raises for facts of the vocabulary's types; it is a plain function
    in a field, which spares a bound method on each call.
    """

    text: str
    type: FactType
    facts: frozenset[str]
    settings: frozenset[str]
    evaluate: Callable[[Mapping[str, Value], Environment], Value | Unknown]


def compile_expression(
    text: str,
    vocabulary: Vocabulary,
    *,
    returns: FactType | None = None,
    settings: Mapping[str, FactType | Fact] | None = None,
    limits: Limits | None = None,
) -> Expression:
    """Compile a rule that gives `returns` (None: whatever it gives); raises RuleError.

    `settings` types each `setting.NAME` by its bare name; a Fact gives an enum's values besides.
    An int literal stands for money in fen, a text literal for a code; enums and regions are texts
    where a string is asked for.
    """
    node = parse(text, limits or Limits())
    kind = check(node, vocabulary.facts, settings or {}, returns)
    code = compile_node(node)
    return Expression(
        text=text,
        type=kind,
        facts=code.reads & vocabulary.facts.keys(),
        settings=frozenset(n.removeprefix(SETTING) for n in code.reads if n.startswith(SETTING)),
        evaluate=code.run,
    )
