"""Types of a parsed rule: every name, operator and call is checked before it can run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from .errors import RuleError
from .functions import FUNCTIONS
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
from .types import FactType
from .vocabulary import REGION_CODE, Fact

ORDERED = (FactType.INT, FactType.MONEY, FactType.DATE)
TEXTUAL = (FactType.ENUM, FactType.REGION, FactType.STRING)


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a part of a rule.

    `values` are an enum's codes, or the texts a literal can be; `literal` says that it is made of
    literals only (conditions apart), which lets an int stand for money and a text for a code.
    """

    type: FactType
    values: frozenset[str] = frozenset()
    literal: bool = False


def check(
    node: Node,
    facts: Mapping[str, Fact],
    settings: Mapping[str, FactType | Fact],
    returns: FactType | None,
) -> FactType:
    """The type of a rule; raises RuleError where parts do not fit or the whole is not `returns`."""
    shape = _Checker(facts, settings).shape(node)
    if returns is None or shape.type is returns or _becomes_money(shape, returns):
        return returns or shape.type
    if returns is FactType.STRING and shape.type in TEXTUAL:
        return returns
    raise _mismatch(node.at, f"this gives {shape.type}, and {returns} is needed")


def _declared(fact: FactType | Fact) -> Shape:
    if isinstance(fact, FactType):
        return Shape(fact)
    return Shape(fact.type, frozenset(fact.values))


def _mismatch(at: Position, message: str) -> RuleError:
    return RuleError("type-mismatch", message, *at)


def _becomes_money(shape: Shape, wanted: FactType) -> bool:
    return wanted is FactType.MONEY and shape.type is FactType.INT and shape.literal


class _Checker:
    def __init__(self, facts: Mapping[str, Fact], settings: Mapping[str, FactType | Fact]) -> None:
        self._facts = facts
        self._settings = settings

    def shape(self, node: Node) -> Shape:
        match node:
            case Literal(value=value, type=kind):
                texts = frozenset({value}) if isinstance(value, str) else frozenset()
                return Shape(kind, texts, literal=True)
            case Name(at=at, name=name):
                return self._named(at, name)
            case Not(operand=operand):
                return self._all_bool([operand])
            case Junction(parts=parts):
                return self._all_bool(parts)
            case Negation(operand=operand):
                shape = self.shape(operand)
                if shape.type not in {FactType.INT, FactType.MONEY}:
                    raise _mismatch(node.at, f"{shape.type} has no sign")
                return shape
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison(operator=operator, left=left, right=right):
                shape = self._unify(node.at, [self.shape(left), self.shape(right)])
                if shape.type is FactType.STRING_LIST:
                    raise _mismatch(node.at, "lists are not compared")
                if operator not in {"==", "!="} and shape.type not in ORDERED:
                    raise _mismatch(node.at, f"{shape.type} has no order")
                return Shape(FactType.BOOL)
            case Membership():
                return self._membership(node)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                self._all_bool([condition])
                return self._unify(node.at, [self.shape(then), self.shape(otherwise)])
            case Call():
                return self._call(node)

    def _named(self, at: Position, name: str) -> Shape:
        if name == DAY:
            return Shape(FactType.DATE)
        if name.startswith(SETTING):
            declared = self._settings.get(name.removeprefix(SETTING))
        else:
            declared = self._facts.get(name)
        if declared is None:
            known = [DAY, *self._facts, *(SETTING + each for each in self._settings)]
            close = get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise RuleError("unknown-name", f"there is no {name}{hint}", *at)
        return _declared(declared)

    def _all_bool(self, parts: Sequence[Node]) -> Shape:
        for part in parts:
            shape = self.shape(part)
            if shape.type is not FactType.BOOL:
                raise _mismatch(part.at, f"a condition is needed, and this is {shape.type}")
        return Shape(FactType.BOOL)

    def _arithmetic(self, node: Arithmetic) -> Shape:
        total = self.shape(node.first)
        for operator, operand in node.rest:
            shape = self.shape(operand)
            kinds = {total.type, shape.type}
            if not kinds <= {FactType.INT, FactType.MONEY}:
                raise _mismatch(operand.at, f"no arithmetic on {total.type} and {shape.type}")
            if operator != "*":
                total = self._unify(operand.at, [total, shape])
            elif kinds == {FactType.MONEY}:
                raise _mismatch(operand.at, "money is not multiplied by money")
            else:
                kind = FactType.MONEY if FactType.MONEY in kinds else FactType.INT
                total = Shape(kind, literal=total.literal and shape.literal)
        return total

    def _membership(self, node: Membership) -> Shape:
        item = self.shape(node.item)
        if isinstance(node.options, tuple):
            for option in node.options:
                self._unify(option.at, [item, self.shape(option)])
            return Shape(FactType.BOOL)
        options = self.shape(node.options)
        if options.type is not FactType.STRING_LIST or item.type not in TEXTUAL:
            raise _mismatch(node.at, "`in` takes a text and a list")
        element = Shape(FactType.ENUM if options.values else FactType.STRING, options.values)
        if item.literal:
            self._adopt(node.at, item, element)
        return Shape(FactType.BOOL)

    def _call(self, node: Call) -> Shape:
        function = FUNCTIONS.get(node.function)
        if function is None:
            close = get_close_matches(node.function, FUNCTIONS, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise RuleError("unknown-function", f"there is no {node.function}(){hint}", *node.at)
        wanted = list(function.parameters.values())
        if len(node.arguments) < len(wanted) or (
            len(node.arguments) > len(wanted) and not function.variadic
        ):
            raise RuleError("wrong-argument-count", function.signature, *node.at)
        wanted += [wanted[-1]] * (len(node.arguments) - len(wanted))
        shapes = []
        for argument, kinds in zip(node.arguments, wanted, strict=True):
            shape = self.shape(argument)
            if shape.type not in kinds:
                if not shape.literal:
                    raise _mismatch(argument.at, f"{shape.type} given: {function.signature}")
                shape = self._adopt(argument.at, shape, Shape(kinds[0]))
            if function.literal and not isinstance(argument, Literal):
                raise _mismatch(argument.at, f"a written value is needed: {function.signature}")
            shapes.append(shape)
        if function.returns is None:
            return self._unify(node.at, shapes)
        return Shape(function.returns)

    def _unify(self, at: Position, shapes: Sequence[Shape]) -> Shape:
        """The common shape, literals adopting what the others are."""
        common = next((shape for shape in shapes if not shape.literal), shapes[0])
        joined = common
        for shape in shapes:
            if shape is common:
                continue
            if shape.literal and not common.literal:
                self._adopt(at, shape, common)
            elif shape.type is not common.type and not _becomes_money(shape, common.type):
                raise _mismatch(at, f"{common.type} and {shape.type} do not go together")
            elif common.type is FactType.ENUM and not common.values & shape.values:
                raise _mismatch(at, "these two enums have no value in common")
            else:
                literal = joined.literal and shape.literal
                joined = Shape(common.type, joined.values | shape.values, literal)
        return joined

    def _adopt(self, at: Position, literal: Shape, other: Shape) -> Shape:
        """A literal seen as the type of what it meets."""
        if literal.type is other.type or _becomes_money(literal, other.type):
            return other
        if literal.type is not FactType.STRING or other.type not in TEXTUAL:
            raise _mismatch(at, f"{other.type} and {literal.type} do not go together")
        if other.type is FactType.REGION and not all(map(REGION_CODE.fullmatch, literal.values)):
            raise _mismatch(at, "this is no region code")
        if other.type is FactType.ENUM and (foreign := literal.values - other.values):
            allowed = ", ".join(sorted(other.values))
            message = f"{min(foreign)!r} is none of: {allowed}"
            raise RuleError("unknown-enum-value", message, *at)
        return other
