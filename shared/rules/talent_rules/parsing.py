"""Rule text to syntax: cel-python's grammar reads CEL, and we keep the part that rules need."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .errors import RuleError
from .syntax import (
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
from .vocabulary import LARGEST_INT

if TYPE_CHECKING:
    from lark import Token

WRAPPERS = frozenset(
    {
        "expr",
        "conditionalor",
        "conditionaland",
        "relation",
        "addition",
        "multiplication",
        "unary",
        "member",
        "primary",
    }
)
COMPARISONS = {
    "relation_lt": "<",
    "relation_le": "<=",
    "relation_gt": ">",
    "relation_ge": ">=",
    "relation_eq": "==",
    "relation_ne": "!=",
}
ARITHMETIC = {"addition_add": "+", "addition_sub": "-", "multiplication_mul": "*"}
REFUSED = {
    "multiplication_div": "division: use share()",
    "multiplication_mod": "the remainder",
    "member_dot_arg": "a call on a value",
    "member_index": "indexing",
    "member_object": "an object",
    "map_lit": "a map",
    "list_lit": "a list outside `in [...]`",
    "dot_ident": "a leading dot",
    "dot_ident_arg": "a leading dot",
}
# The grammar's string patterns match a backslash, and a carriage return, in more than one way, so
# that an unclosed string with many of them takes exponential time.
UNREADABLE = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long (characters) and how deeply nested (parentheses count) a rule may be."""

    length: int = 2000
    depth: int = 32


@lru_cache(maxsize=2048)
def parse(text: str, limits: Limits) -> Node:
    """Read a rule, once: a pack is compiled to be checked, then to be used. Raises RuleError.

    Codes: too-long, too-deep, syntax, unsupported-construct, out-of-range.
    """
    if len(text) > limits.length:
        raise RuleError("too-long", f"a rule has at most {limits.length} characters")
    if found := UNREADABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        raise RuleError("syntax", "no backslashes or control characters", line, column)
    # Loaded with the first rule: most processes read none, and it takes 5 MB.
    from celpy.celparser import CELParseError, CELParser  # noqa: PLC0415

    try:
        # An instance holds its text, so that threads must not share one; the grammar is shared.
        tree = CELParser().parse(text)
    except CELParseError as error:
        line, column = max(error.line or 1, 1), max(error.column or 1, 1)
        raise RuleError("syntax", "not readable from here on", line, column) from None
    return _Reader(limits.depth).read(tree, 1)


def _position(tree: Any) -> Position:
    return Position(tree.meta.line, tree.meta.column)


def _refuse(tree: Any, what: str) -> RuleError:
    return RuleError("unsupported-construct", f"{what} is not supported", *_position(tree))


class _Reader:
    """Turns the grammar's tree into ours; recursion is bounded by the depth limit."""

    def __init__(self, depth: int) -> None:
        self._depth = depth

    def read(self, tree: Any, depth: int) -> Node:
        while True:
            if depth > self._depth:
                raise RuleError(
                    "too-deep", f"nested more than {self._depth} deep", *_position(tree)
                )
            if tree.data == "paren_expr":
                depth += 1
            elif tree.data not in WRAPPERS or len(tree.children) > 1:
                break
            tree = tree.children[0]
        match str(tree.data):
            case "literal":
                return _literal(tree.children[0])
            case "ident" | "member_dot":
                return Name(_position(tree), _dotted(tree))
            case "ident_arg":
                return self._call(tree, depth)
            case "unary":
                operator, operand = tree.children
                kind = Not if operator.data == "unary_not" else Negation
                return kind(_position(tree), self.read(operand, depth + 1))
            case "conditionalor" | "conditionaland":
                return self._junction(tree, depth)
            case "relation":
                return self._relation(tree, depth)
            case "addition" | "multiplication":
                return self._arithmetic(tree, depth)
            case "expr":
                parts = (self.read(child, depth + 1) for child in tree.children)
                return Choice(_position(tree), *parts)
            case other:
                raise _refuse(tree, REFUSED[other])

    def _call(self, tree: Any, depth: int) -> Node:
        name, *lists = tree.children
        if name == "has":
            raise _refuse(tree, "has(): a missing fact is unknown, neither there nor absent, and")
        arguments = lists[0].children if lists else []
        read = tuple(self.read(argument, depth + 1) for argument in arguments)
        return Call(_position(tree), str(name), read)

    def _junction(self, tree: Any, depth: int) -> Node:
        # The grammar nests a chain to the left, once per operator; we keep it flat.
        at, operator = _position(tree), "||" if tree.data == "conditionalor" else "&&"
        parts = []
        while len(tree.children) == 2:
            tree, part = tree.children
            parts.append(self.read(part, depth + 1))
        parts.append(self.read(tree, depth + 1))
        return Junction(at, operator, tuple(reversed(parts)))

    def _relation(self, tree: Any, depth: int) -> Node:
        at, (operation, right) = _position(tree), tree.children
        left = self.read(operation.children[0], depth + 1)
        if operation.data == "relation_in":
            return Membership(at, left, self._options(right, depth + 1))
        return Comparison(at, COMPARISONS[operation.data], left, self.read(right, depth + 1))

    def _options(self, tree: Any, depth: int) -> tuple[Node, ...] | Node:
        inner = tree
        while inner.data in WRAPPERS and len(inner.children) == 1:
            inner = inner.children[0]
        if inner.data != "list_lit":
            return self.read(tree, depth)
        if not inner.children:
            raise _refuse(inner, "an empty list")
        return tuple(self.read(option, depth + 1) for option in inner.children[0].children)

    def _arithmetic(self, tree: Any, depth: int) -> Node:
        at, rest = _position(tree), []
        while len(tree.children) == 2:
            operation, operand = tree.children
            if operation.data in REFUSED:
                raise _refuse(tree, REFUSED[operation.data])
            rest.append((ARITHMETIC[operation.data], self.read(operand, depth + 1)))
            tree = operation.children[0]
        return Arithmetic(at, self.read(tree, depth + 1), tuple(reversed(rest)))


def _dotted(tree: Any) -> str:
    parts: list[str] = []
    inner = tree
    while inner.data != "ident":
        if inner.data == "member_dot":
            parts.append(str(inner.children[1]))
        elif inner.data not in {"member", "primary"}:
            raise _refuse(tree, "a field of something that is no name")
        inner = inner.children[0]
    parts.append(str(inner.children[0]))
    return ".".join(reversed(parts))


def _literal(token: "Token") -> Literal:
    at, text = Position(token.line or 1, token.column or 1), str(token)
    match token.type:
        case "BOOL_LIT":
            return Literal(at, text == "true", FactType.BOOL)
        case "INT_LIT" if "x" not in text:
            if len(text) > 20 or abs(int(text)) > LARGEST_INT:
                raise RuleError("out-of-range", f"integers go up to {LARGEST_INT}", *at)
            return Literal(at, int(text), FactType.INT)
        case "STRING_LIT" if text[0] in "\"'":
            return Literal(at, text[1:-1], FactType.STRING)
    raise RuleError("unsupported-construct", "this kind of literal is not supported", *at)
