"""Checked rules to Python functions: three-valued, each name looked up once.

A missing fact is a key that is absent. Operators on unknown operands give Unknown with the names of
all of them, except where Kleene's logic decides without: `false && x`, `true || x`, and a choice
whose branches agree.

A function's text is made of words of this module alone: what a rule writes, be it a name, a number
or a text, is handed to it as an object.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from .environment import Environment
from .errors import NoAnswer, RuleError, UnknownYear
from .functions import FUNCTIONS, Needs
from .syntax import (
    DAY,
    SETTING,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Junction,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    Not,
    Position,
)
from .types import Unknown, Value, waiting_for

Run: TypeAlias = Callable[[Mapping[str, Value], Environment], Any]
"""Gives a Value or Unknown; Any, because the checker has settled the types."""

Judge: TypeAlias = Callable[[Mapping[str, Value], Environment, bool], tuple[tuple[Any, ...], Any]]
"""Gives what is found of all conditions, in order, and the amount; where it is brief, no more than
up to the first condition that is false."""


class Code(NamedTuple):
    """A written rule: all the names that it looks at, and what makes it a function."""

    reads: frozenset[str]
    link: Callable[[], Run]


class _Part(NamedTuple):
    """The text of one value.

    `unless` names what stands there while the value is unknown: "" where it never is, None where
    the value has to be worked out first.
    """

    text: str
    reads: frozenset[str] = frozenset()
    constant: Value | None = None
    unless: str | None = None


def compile_node(node: Node) -> Code:
    """Write a checked node; raises RuleError (out-of-range) for constants without an answer."""
    body = _Body()
    part = body.part(node)
    return Code(part.reads, partial(body.function, "facts, env", f"return {part.text}"))


def compile_conditions(conditions: Sequence[tuple[Node, Sequence[Node]]]) -> Judge:
    """Compile a measure's conditions, each with what refers it; the last one is the amount.

    A condition gives its value, then those of its referrals; the amount whether it is above zero.
    """
    body = _Body()
    values: list[str] = []
    for index, (node, referrals) in enumerate(conditions):
        own = [f"v{len(values) + place}" for place in range(1 + len(referrals))]
        values += own
        for name, each in zip(own, (node, *referrals), strict=True):
            text = body.part(each).text
            if name == own[0] and index == len(conditions) - 1:
                body.lines.append(f"amount = {text}")
                text = "amount if amount.__class__ is Unknown else amount > 0"
            body.lines.append(f"{name} = {text}")
        if index < len(conditions) - 1:
            false = " and ".join(f"{name} is False" for name in own)
            body.lines.append(f"if brief and {false}: return ({', '.join(values)},), None")
    return body.function("facts, env, brief", f"return ({', '.join(values)},), amount")


class _Body:
    """A function that is being written; each name is looked up where it is first needed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._objects: dict[str, Any] = dict(_HELPERS)
        self._names: dict[str, _Part] = {}
        self._made = 0

    def function(self, parameters: str, last: str) -> Callable[..., Any]:
        text = "\n ".join([f"def run({parameters}):", *self.lines, last])
        made: dict[str, Callable[..., Any]] = {}
        exec(text, self._objects, made)  # noqa: S102 - the words are ours, see above
        return made["run"]

    def part(self, node: Node) -> _Part:
        match node:
            case Literal(value=value):
                return self._constant(value)
            case Name(name=name):
                return self._name(name)
            case Not(operand=operand):
                return self._strict(node.at, "not {}", [self.part(operand)])
            case Negation(operand=operand):
                return self._strict(node.at, "-{}", [self.part(operand)])
            case Junction(operator=sign, parts=nodes):
                return self._junction(node.at, sign == "||", [self.part(each) for each in nodes])
            case Comparison(operator=sign, left=left, right=right):
                return self._strict(
                    node.at, f"{{}} {sign} {{}}", [self.part(left), self.part(right)]
                )
            case Arithmetic(first=first, rest=rest):
                template = "{} " + " ".join(f"{sign} {{}}" for sign, _ in rest)
                parts = [self.part(first), *(self.part(operand) for _, operand in rest)]
                return self._strict(node.at, template, parts)
            case Membership(item=item, options=options):
                return self._membership(node.at, self.part(item), options)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                return self._choice(node.at, *map(self.part, (condition, then, otherwise)))
            case Call():
                return self._call(node)

    def _new(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}{self._made}"

    def _object(self, value: Any) -> str:
        name = self._new("k")
        self._objects[name] = value
        return name

    def _constant(self, value: Value) -> _Part:
        return _Part(self._object(value), constant=value, unless="")

    def _name(self, name: str) -> _Part:
        if name not in self._names:
            local, reads = self._new("n"), frozenset({name})
            if name == DAY:
                self.lines.append(f"{local} = env.as_of")
                self._names[name] = _Part(local, reads, unless="")
            else:
                missing = self._object(Unknown(reads))
                key = self._object(name.removeprefix(SETTING))
                source = "env.settings" if name.startswith(SETTING) else "facts"
                self.lines.append(f"{local} = {source}.get({key}, {missing})")
                self._names[name] = _Part(local, reads, unless=missing)
        return self._names[name]

    def _part(self, at: Position, text: str, parts: Sequence[_Part], *more_reads: str) -> _Part:
        reads = frozenset(more_reads).union(*(part.reads for part in parts))
        if reads:
            return _Part(text, reads)
        value = eval(text, self._objects, {})  # noqa: S307 - the words are ours, see above
        if value.__class__ is Unknown:
            raise RuleError("out-of-range", "these constants have no answer", *at)
        return self._constant(value)

    def _bound(self, part: _Part) -> tuple[str, str]:
        """Return a text that works a value out once, and the name that it has from then on."""
        if part.unless is not None:
            return part.text, part.text
        name = self._new("t")
        return f"({name} := {part.text})", name

    def _strict(self, at: Position, template: str, parts: list[_Part], *needs: str) -> _Part:
        """Write an operation that is unknown where one of its operands is."""
        names, open_names, worked_out, missing = [], [], [], []
        for part in parts:
            text, name = self._bound(part)
            names.append(name)
            if part.unless is None:
                worked_out.append(f"({text}.__class__ is Unknown)")
            elif part.unless:
                missing.append(f"{name} is {part.unless}")
            if part.unless != "":
                open_names.append(name)
        text = template.format(*names)
        if open_names:
            # All that has to be worked out is, so that it can be named, and only then is one asked.
            tests = [" | ".join(worked_out)] * bool(worked_out) + missing
            text = f"{_united(open_names)} if {' or '.join(tests)} else {text}"
        return self._part(at, text, parts, *needs)

    def _junction(self, at: Position, decider: bool, parts: Sequence[_Part]) -> _Part:
        """`decider` is the value that settles the chain: true for `||`, false for `&&`."""
        bound = [self._bound(part) for part in parts]
        decided = " or ".join(f"{text} is {decider}" for text, _ in bound)
        names = [name for _, name in bound]
        rest = f"{not decider} if {' is '.join([*names, str(not decider)])} else {_united(names)}"
        return self._part(at, f"{decider} if {decided} else {rest}", parts)

    def _membership(self, at: Position, item: _Part, options: tuple[Node, ...] | Node) -> _Part:
        if not isinstance(options, tuple):
            return self._strict(at, "{} in {}", [item, self.part(options)])
        parts = [self.part(option) for option in options]
        constants = frozenset(part.constant for part in parts)
        if None not in constants:
            return self._strict(at, f"{{}} in {self._object(constants)}", [item])
        listed = ", ".join(part.text for part in parts)
        return self._part(at, f"one_of({item.text}, {listed})", [item, *parts])

    def _choice(self, at: Position, condition: _Part, then: _Part, otherwise: _Part) -> _Part:
        text, name = self._bound(condition)
        one = f"({then.text}) if {name} is not False else None"
        other = f"({otherwise.text}) if {name} is not True else None"
        return self._part(at, f"chosen({text}, {one}, {other})", [condition, then, otherwise])

    def _call(self, node: Call) -> _Part:
        function = FUNCTIONS[node.function]
        parts = [self.part(argument) for argument in node.arguments]
        needs = () if function.needs is Needs.NOTHING else (function.needs.value,)
        reads = frozenset(needs).union(*(part.reads for part in parts))
        # Facts and settings can be mended; without any, the day or the register is at fault.
        no_answer = Unknown(frozenset(name for name in reads if "." in name) or reads)
        call = self._object(_answering(function.call, no_answer))
        given = ["env"] * bool(needs) + ["{}"] * len(parts)
        return self._strict(node.at, f"{call}({', '.join(given)})", parts, *needs)


def _united(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"united({', '.join(names)})"


def _answering(call: Callable[..., Any], no_answer: Unknown) -> Callable[..., Any]:
    def answer(*values: Any) -> Any:
        try:
            return call(*values)
        except UnknownYear as error:
            return Unknown(frozenset({f"calendar.{error.year}"}))
        except (NoAnswer, ValueError, OverflowError):
            return no_answer

    return answer


def _united_values(*values: Any) -> Unknown:
    """Return what the unknown ones among the values wait for together."""
    bits = 0
    for value in values:
        if value.__class__ is Unknown:
            bits |= value.bits
    return waiting_for(bits)


def _one_of(item: Any, *options: Any) -> Any:
    if item.__class__ is not Unknown and item in options:
        return True
    known = all(value.__class__ is not Unknown for value in (item, *options))
    return False if known else _united_values(item, *options)


def _chosen(decided: Any, then: Any, otherwise: Any) -> Any:
    """Choose; while that is not decided, both branches are given."""
    if decided is True:
        return then
    if decided is False:
        return otherwise
    if then.__class__ is Unknown or otherwise.__class__ is Unknown:
        return _united_values(decided, then, otherwise)
    return then if then == otherwise else decided


_HELPERS: Mapping[str, Any] = {
    "__builtins__": {},
    "Unknown": Unknown,
    "united": _united_values,
    "one_of": _one_of,
    "chosen": _chosen,
}
