"""Pure rules of money: which instalments are due, and what a bank's answer may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Instalment:
    """A part of an amount and the day on which it falls due (Asia/Shanghai)."""

    due: date
    amount_fen: int


RELEASABLE = frozenset({"ordered", "failed"})


def due_now(instalments: Sequence[Instalment], today: date) -> int:
    """Return how many of the instalments, which are in order of day, are due by today."""
    return sum(1 for part in instalments if part.due <= today)
