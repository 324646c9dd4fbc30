"""The types and values of the rule language, and the third truth value."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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

    def __or__(self, other: "Unknown") -> "Unknown":
        return self if self.names >= other.names else Unknown(self.names | other.names)

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")
