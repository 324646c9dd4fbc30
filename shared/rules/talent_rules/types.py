"""The types and values of the rule language, and the third truth value."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import TypeAlias


class FactType(StrEnum):
    """What kind of value a fact, a setting or an expression has."""

    BOOL = "bool"
    INT = "int"
    DATE = "date"
    STRING = "string"
    ENUM = "enum"
    MONEY = "money"
    """An integer number of fen."""
    REGION = "region"
    """A region's code."""
    STRING_LIST = "string_list"


Value: TypeAlias = bool | int | date | str | tuple[str, ...]
"""A known value; money is an int (fen), region and enum are their code, a list is a tuple."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not decided by what is known; `names` are the things that would decide.

    Mostly facts that are missing; also `setting.NAME`, `calendar.YEAR` for a holiday notice that is
    not loaded, and the facts whose values a function has no answer for (a region outside the tree).
    """

    names: frozenset[str]
    bits: int = field(init=False, repr=False, compare=False)
    """One bit for each name, so that what many parts wait for is united quickly."""
    ordered: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The names, sorted."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", sum(1 << _place(name) for name in self.names))
        object.__setattr__(self, "ordered", tuple(sorted(self.names)))

    def __hash__(self) -> int:
        return self.bits

    def __or__(self, other: "Unknown") -> "Unknown":
        return waiting_for(self.bits | other.bits)

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


_places: dict[str, int] = {}
_names: list[str] = []
_LOCK = Lock()


def _place(name: str) -> int:
    """Return the place of a name's bit: there are only as many as facts, settings and years."""
    with _LOCK:
        if name not in _places:
            _places[name] = len(_names)
            _names.append(name)
        return _places[name]


@lru_cache(maxsize=65_536)
def waiting_for(bits: int) -> Unknown:
    """Return the Unknown of these bits, made once: the same things are missing again and again."""
    return Unknown(frozenset(name for place, name in enumerate(_names) if bits >> place & 1))
