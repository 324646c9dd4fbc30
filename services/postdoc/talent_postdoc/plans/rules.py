"""How far the positions offered under a plan may go."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Offer(NamedTuple):
    """What a position takes of its plan: published or filled all of it, closed or taken
    down what was taken."""

    discipline: str
    number: int


class Excess(NamedTuple):
    discipline: str
    planned: int
    offered: int


def offered(offers: Iterable[Offer]) -> Counter[str]:
    """Return how many places are offered in each discipline."""
    total: Counter[str] = Counter()
    for offer in offers:
        total[offer.discipline] += offer.number
    return total


def excess(planned: Mapping[str, int], offers: Iterable[Offer]) -> Excess | None:
    """Return a discipline in which more is offered than planned; None where all holds."""
    for discipline, number in sorted(offered(offers).items()):
        if number > planned.get(discipline, 0):
            return Excess(discipline, planned.get(discipline, 0), number)
    return None
