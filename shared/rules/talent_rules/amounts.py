"""Dividing money without losing a fen."""

from collections.abc import Sequence


def split_amount(total_fen: int, shares: Sequence[int]) -> list[int]:
    """Divide an amount in the proportion of `shares`; the parts add up exactly.

    Largest remainder; of equal remainders the earlier instalment gets the odd fen. Raises
    ValueError for a negative total, a negative share, or shares that add up to nothing.
    """
    weight = sum(shares)
    if total_fen < 0 or weight <= 0 or min(shares) < 0:
        raise ValueError("a split needs an amount and shares that are not negative, and some share")
    parts = [total_fen * share // weight for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: -(total_fen * shares[i] % weight))
    for index in by_remainder[: total_fen - sum(parts)]:
        parts[index] += 1
    return parts
