"""The facts that rules may speak of, and the reading of their values from JSON."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from .errors import FactValueError
from .types import FactType, Value

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
REGION_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{1,31}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

RESERVED_SUBJECTS = frozenset({"setting", "calendar"})
RESERVED_WORDS = frozenset({"true", "false", "null", "in"})

LARGEST_INT = 2**53 - 1
"""Beyond it JSON clients lose digits; as fen it is 90 trillion yuan."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Outside lie typing errors and placeholders such as 9999-12-31 for "without end"."""
LONGEST_STRING = 200
LONGEST_LIST = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known of a subject.

    `values` are the allowed codes of an enum, or of a string list's elements. `minimum` and
    `maximum` bound ints and money, both inclusive. Money's unit is fen.
    """

    name: str
    type: FactType
    unit: str = ""
    label_zh: str = ""
    label_en: str = ""
    values: tuple[str, ...] = ()
    minimum: int = -LARGEST_INT
    maximum: int = LARGEST_INT

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or RESERVED_WORDS & set(self.name.split(".")):
            raise ValueError(f"not a dotted fact name: {self.name}")
        if (self.type is FactType.ENUM) != bool(self.values) and (
            self.type is not FactType.STRING_LIST
        ):
            raise ValueError(f"{self.name}: an enum, and only an enum or a list, has values")

    def parse(self, json_value: object) -> Value:
        """Read a JSON value as this fact's type; raises FactValueError."""
        match self.type:
            case FactType.BOOL if isinstance(json_value, bool):
                return json_value
            case FactType.INT | FactType.MONEY if type(json_value) is int:
                return self._in_range(json_value)
            case FactType.DATE if isinstance(json_value, str):
                return self._day(json_value)
            case FactType.STRING if isinstance(json_value, str):
                return self._text(json_value)
            case FactType.ENUM if isinstance(json_value, str):
                return self._allowed(json_value)
            case FactType.REGION if isinstance(json_value, str):
                if not REGION_CODE.fullmatch(json_value):
                    raise FactValueError(self.name, "wrong-format")
                return json_value
            case FactType.STRING_LIST if isinstance(json_value, list | tuple):
                return self._list(json_value)
        raise FactValueError(self.name, "wrong-type")

    def _in_range(self, number: int) -> int:
        if not self.minimum <= number <= self.maximum:
            raise FactValueError(self.name, "out-of-range")
        return number

    def _day(self, text: str) -> date:
        if not DAY.fullmatch(text):
            raise FactValueError(self.name, "wrong-format")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise FactValueError(self.name, "wrong-format") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise FactValueError(self.name, "out-of-range")
        return day

    def _text(self, text: str) -> str:
        plain = one_writing(text)
        if max(len(text), len(plain)) > LONGEST_STRING:
            raise FactValueError(self.name, "too-long")
        if CONTROL.search(text) or not plain:
            raise FactValueError(self.name, "wrong-format")
        return plain

    def _allowed(self, code: str) -> str:
        if code not in self.values:
            raise FactValueError(self.name, "not-allowed-value")
        return code

    def _list(self, items: Iterable[object]) -> tuple[str, ...]:
        texts: list[str] = []
        for item in items:
            if not isinstance(item, str):
                raise FactValueError(self.name, "wrong-type")
            if len(texts) == LONGEST_LIST:
                raise FactValueError(self.name, "too-long")
            texts.append(self._allowed(item) if self.values else self._text(item))
        return tuple(texts)


def one_writing(text: str) -> str:
    """Return what reads alike written alike, since a number in a text may be a key to money.

    Full-width becomes half-width, every dash a hyphen, every run of spaces one; what cannot be seen
    is left out.
    """
    plain = unicodedata.normalize("NFKC", text)
    kinds = ((unicodedata.category(each), each) for each in plain)
    seen = ("-" if kind == "Pd" else each for kind, each in kinds if kind != "Cf")
    return " ".join("".join(seen).split())


class Vocabulary:
    """All facts that a rule may name; a name that occurs twice raises ValueError."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        named: dict[str, Fact] = {}
        for fact in facts:
            if fact.name in named:
                raise ValueError(f"declared twice: {fact.name}")
            if fact.name.split(".")[0] in RESERVED_SUBJECTS:
                raise ValueError(f"reserved: {fact.name}")
            named[fact.name] = fact
        self.facts: Mapping[str, Fact] = MappingProxyType(named)

    def parse_value(self, name: str, json_value: object) -> Value:
        """Read a JSON value as the named fact; raises FactValueError, which never echoes the value.

        Codes: unknown-fact, wrong-type, wrong-format, not-allowed-value, out-of-range, too-long.
        """
        fact = self.facts.get(name)
        if fact is None:
            raise FactValueError(name, "unknown-fact")
        return fact.parse(json_value)
