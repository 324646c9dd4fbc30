"""The sealed part of a talent's record."""

from dataclasses import dataclass
from datetime import date

from .documents import Residence, Sex


@dataclass(frozen=True)
class Profile:
    """Who a talent is in clear; kept as one sealed column, opened as a whole."""

    name: str
    phone: str | None
    birth_date: date
    sex: Sex | None
    nationality: str
    residence: Residence
    birth_date_proven: bool = False
    """Whether an identity number holds the birth date; else it is the talent's own word."""
