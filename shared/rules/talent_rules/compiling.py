"""Checked rules to closures: three-valued, without a lookup that could have been done before.

A missing fact is a key that is absent. Operators on unknown operands give Unknown with the names of
all of them, except where Kleene's logic decides without: `false && x`, `true || x`, and a choice
whose branches agree.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
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

Operation: TypeAlias = Callable[[Any, Any], Any]

OPERATIONS: Mapping[str, Operation] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class Code(NamedTuple):
    """A compiled part: `reads` names all it looks at; a part that reads nothing is `constant`."""

    run: Run
    reads: frozenset[str]
    constant: Value | None = None
    fact: str | None = None
    """The name, where the part is nothing but a fact."""


def compile_node(node: Node) -> Code:
    """Compile a checked node; raises RuleError (out-of-range) for constants without an answer."""
    match node:
        case Literal(value=value):
            return _constant(value)
        case Name(name=name):
            return _name(name)
        case Not(operand=operand):
            code = compile_node(operand)
            return _folded(node.at, _unary(operator.not_, code.run), [code])
        case Negation(operand=operand):
            code = compile_node(operand)
            return _folded(node.at, _unary(operator.neg, code.run), [code])
        case Junction(operator=sign, parts=parts):
            codes = [compile_node(part) for part in parts]
            return _folded(node.at, _junction(sign == "||", codes), codes)
        case Comparison(operator=sign, left=left, right=right):
            pair = compile_node(left), compile_node(right)
            return _folded(node.at, _binary(OPERATIONS[sign], *pair), pair)
        case Arithmetic(first=first, rest=rest):
            codes = [compile_node(first), *(compile_node(operand) for _, operand in rest)]
            return _folded(node.at, _arithmetic([sign for sign, _ in rest], codes), codes)
        case Membership(item=item, options=options):
            return _membership(node.at, compile_node(item), options)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            codes = [compile_node(part) for part in (condition, then, otherwise)]
            return _folded(node.at, _choice(*(code.run for code in codes)), codes)
        case Call():
            return _call(node)


def _constant(value: Value) -> Code:
    return Code(lambda _facts, _env: value, frozenset(), value)


def _folded(at: Position, run: Run, parts: Sequence[Code], *more_reads: str) -> Code:
    reads = frozenset(more_reads).union(*(part.reads for part in parts))
    if reads:
        return Code(run, reads)
    value = run({}, None)  # type: ignore[arg-type]  # it reads nothing
    if value.__class__ is Unknown:
        raise RuleError("out-of-range", "these constants have no answer", *at)
    return _constant(value)


def _name(name: str) -> Code:
    reads = frozenset({name})
    if name == DAY:
        return Code(lambda _facts, env: env.as_of, reads)
    missing = Unknown(reads)
    if name.startswith(SETTING):
        bare = name.removeprefix(SETTING)
        return Code(lambda _facts, env: env.settings.get(bare, missing), reads)
    return Code(lambda facts, _env: facts.get(name, missing), reads, fact=name)


def _unary(operation: Callable[[Any], Any], operand: Run) -> Run:
    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        value = operand(facts, env)
        return value if value.__class__ is Unknown else operation(value)

    return run


def _junction(decider: bool, codes: Sequence[Code]) -> Run:
    """`decider` is the value that settles the chain: true for `||`, false for `&&`."""
    runs = tuple(code.run for code in codes)
    otherwise = not decider

    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        unknown = 0
        for part in runs:
            value = part(facts, env)
            if value is decider:
                return decider
            if value is not otherwise:
                unknown |= value.bits
        return waiting_for(unknown) if unknown else otherwise

    return run


def _binary(operation: Operation, left: Code, right: Code) -> Run:
    run_left, run_right = left.run, right.run

    if right.constant is not None:
        constant = right.constant
        if left.fact is not None:
            return _fact_with_constant(operation, left.fact, constant)

        def run_with_constant(facts: Mapping[str, Value], env: Environment) -> Any:
            value = run_left(facts, env)
            return value if value.__class__ is Unknown else operation(value, constant)

        return run_with_constant

    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        one, other = run_left(facts, env), run_right(facts, env)
        if one.__class__ is Unknown:
            return waiting_for(one.bits | other.bits) if other.__class__ is Unknown else one
        return other if other.__class__ is Unknown else operation(one, other)

    return run


def _fact_with_constant(operation: Operation, name: str, constant: Value) -> Run:
    """The commonest part of all is spared one call: a fact beside a constant."""
    missing = Unknown(frozenset({name}))

    def run(facts: Mapping[str, Value], _env: Environment) -> Any:
        value = facts.get(name, missing)
        return value if value is missing else operation(value, constant)

    return run


def _arithmetic(signs: Sequence[str], codes: Sequence[Code]) -> Run:
    if len(signs) == 1:
        return _binary(OPERATIONS[signs[0]], *codes)
    first, *others = (code.run for code in codes)
    steps = tuple(zip((OPERATIONS[sign] for sign in signs), others, strict=True))

    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        total = first(facts, env)
        for operation, operand in steps:
            value = operand(facts, env)
            if value.__class__ is Unknown:
                total = total | value if total.__class__ is Unknown else value
            elif total.__class__ is not Unknown:
                total = operation(total, value)
        return total

    return run


def _membership(at: Position, item: Code, options: tuple[Node, ...] | Node) -> Code:
    if not isinstance(options, tuple):
        pair = compile_node(options), item
        return _folded(at, _binary(operator.contains, *pair), pair)
    codes = [compile_node(option) for option in options]
    constants = frozenset(code.constant for code in codes)
    if None not in constants:
        return _folded(at, _unary(constants.__contains__, item.run), [item])
    run_item, runs = item.run, tuple(code.run for code in codes)

    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        value = run_item(facts, env)
        unknown = value if value.__class__ is Unknown else None
        for option in runs:
            other = option(facts, env)
            if other.__class__ is Unknown:
                unknown = other if unknown is None else unknown | other
            elif value == other:
                return True
        return False if unknown is None else unknown

    return _folded(at, run, [item, *codes])


def _choice(condition: Run, then: Run, otherwise: Run) -> Run:
    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        decided = condition(facts, env)
        if decided is True:
            return then(facts, env)
        if decided is False:
            return otherwise(facts, env)
        one, other = then(facts, env), otherwise(facts, env)
        if one.__class__ is Unknown:
            decided |= one
        if other.__class__ is Unknown:
            return decided | other
        return one if one == other else decided

    return run


def _call(node: Call) -> Code:
    function = FUNCTIONS[node.function]
    codes = [compile_node(argument) for argument in node.arguments]
    needs = () if function.needs is Needs.NOTHING else (function.needs.value,)
    reads = frozenset(needs).union(*(code.reads for code in codes))
    # Facts and settings can be mended; without any, the day or the register is at fault.
    no_answer = Unknown(frozenset(name for name in reads if "." in name) or reads)
    call = function.call
    needs_env = bool(needs)

    def answer(env: Environment, values: Sequence[Any]) -> Any:
        try:
            return call(env, *values) if needs_env else call(*values)
        except UnknownYear as error:
            return Unknown(frozenset({f"calendar.{error.year}"}))
        except (NoAnswer, ValueError, OverflowError):
            return no_answer

    return _folded(node.at, _applied(answer, [code.run for code in codes]), codes, *needs)


def _applied(answer: Callable[[Environment, Sequence[Any]], Any], runs: Sequence[Run]) -> Run:
    if len(runs) == 2:
        first, second = runs

        def run_two(facts: Mapping[str, Value], env: Environment) -> Any:
            one, other = first(facts, env), second(facts, env)
            if one.__class__ is Unknown:
                return waiting_for(one.bits | other.bits) if other.__class__ is Unknown else one
            return other if other.__class__ is Unknown else answer(env, (one, other))

        return run_two

    def run(facts: Mapping[str, Value], env: Environment) -> Any:
        values = []
        unknown = None
        for argument in runs:
            value = argument(facts, env)
            if value.__class__ is Unknown:
                unknown = value if unknown is None else unknown | value
            values.append(value)
        return answer(env, values) if unknown is None else unknown

    return run
