"""A rule ready to be evaluated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .checking import check
from .compiling import Run, compile_node
from .environment import Environment
from .parsing import Limits, parse
from .syntax import SETTING, Node
from .types import FactType, Unknown, Value
from .vocabulary import Fact, Vocabulary

LANGUAGE_VERSION = 1
"""Raised when the same rule text could give another answer; decisions record it."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A checked rule; `facts` and `settings` are the names it reads."""

    text: str
    type: FactType
    node: Node = field(repr=False)
    facts: frozenset[str]
    settings: frozenset[str]
    _link: Callable[[], Run] = field(repr=False)

    @cached_property
    def evaluate(self) -> Callable[[Mapping[str, Value], Environment], Value | Unknown]:
        """Give a value of `type` or Unknown; never raises for facts of the vocabulary's types.

        Linked when it is first asked for: the rules of a measure are linked with the measure.
        """
        return self._link()


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
        node=node,
        facts=code.reads & vocabulary.facts.keys(),
        settings=frozenset(n.removeprefix(SETTING) for n in code.reads if n.startswith(SETTING)),
        _link=code.link,
    )
