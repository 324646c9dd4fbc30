"""The shapes of a parsed rule."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .types import FactType, Value

DAY = "as_of"
"""The name of the day on which a rule is asked."""

SETTING = "setting."
"""What the name of a pack's setting begins with."""


class Position(NamedTuple):
    """A place in the rule text, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    at: Position
    value: Value
    type: FactType


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a setting or `as_of`."""

    at: Position
    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """`!x`"""

    at: Position
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Negation:
    """`-x`"""

    at: Position
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Junction:
    """A chain of `&&` or of `||`."""

    at: Position
    operator: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`==`, `!=`, `<`, `<=`, `>` or `>=`."""

    at: Position
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in [a, b]` or `x in fact`; a written list is a tuple of nodes."""

    at: Position
    item: "Node"
    options: "tuple[Node, ...] | Node"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A chain of `+` and `-`, or of `*`: the first operand, then operators with theirs."""

    at: Position
    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : otherwise`"""

    at: Position
    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    at: Position
    function: str
    arguments: tuple["Node", ...]


Node: TypeAlias = (
    Literal
    | Name
    | Not
    | Negation
    | Junction
    | Comparison
    | Membership
    | Arithmetic
    | Choice
    | Call
)
