"""Pure rules of recoveries: how an amount falls on payments, and what a payer's reference names."""

import re
from collections.abc import Iterable
from uuid import UUID

_REFERENCE = re.compile(r"R([0-9]{10})")


def reference(number: int) -> str:
    """Return what whoever repays must name."""
    return f"R{number:010d}"


def number_in(text: str) -> int | None:
    """Return the number of the recovery that a payer's text names, if it names one."""
    found = _REFERENCE.search(text)
    return int(found.group(1)) if found else None


def spread(amount_fen: int, left: Iterable[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """Return how an amount falls on what is left of each, in the order given."""
    parts: list[tuple[UUID, int]] = []
    for identifier, most in left:
        share = min(amount_fen, most)
        if share > 0:
            parts.append((identifier, share))
            amount_fen -= share
    return parts
