"""Pure rules of money: which instalments are due, what may be released, what may be stopped."""

from collections.abc import Sequence
from datetime import date

from ..packs.deciding import Instalment

RELEASABLE = frozenset({"ordered", "failed"})
"""Owed, and not with the bank."""
TO_COME = RELEASABLE | {"planned"}
"""Not paid, and not with the bank: what may still be stopped."""


def due_now(instalments: Sequence[Instalment], today: date) -> int:
    """Return how many of the instalments, which are in order of day, are due by today."""
    return sum(1 for part in instalments if part.due <= today)
