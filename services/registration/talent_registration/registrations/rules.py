"""Who gets a seat: claims decided one after another against the quotas that each counts against.

Pure: the caller holds the quotas' rows locked, so that what is decided here is what is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heapreplace
from typing import Generic, Protocol, TypeVar
from uuid import UUID

W = TypeVar("W")


class Status(StrEnum):
    """The life of a registration; the first three hold a seat or a place in the queue."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


SEATED = frozenset({Status.CONFIRMED, Status.OFFERED})
"""States that take a seat: one that is offered is kept free for nobody else."""


class Seats(Protocol):
    """One quota: how many seats it has, and how many of them are taken."""

    capacity: int
    taken: int


def left(quotas: Mapping[UUID, Seats], needed: Iterable[UUID]) -> int:
    """Return how many seats there are that count against each of some quotas."""
    return min(quotas[quota].capacity - quotas[quota].taken for quota in needed)


def take(quotas: Mapping[UUID, Seats], needed: Iterable[UUID]) -> bool:
    """Take one seat of each of some quotas, or none at all; tell which."""
    wanted = tuple(needed)
    if left(quotas, wanted) < 1:
        return False
    for quota in wanted:
        quotas[quota].taken += 1
    return True


def give_back(quotas: Mapping[UUID, Seats], held: Iterable[UUID]) -> None:
    """Give back one seat of each of some quotas."""
    for quota in held:
        quotas[quota].taken -= 1


@dataclass(frozen=True)
class Queue(Generic[W]):
    """Who waits for one kind of ticket, first come first, and the quotas a seat counts against."""

    needed: Sequence[UUID]
    waiting: Sequence[tuple[int, W]]
    """Place and whoever has it, in the order of places."""


def served(quotas: Mapping[UUID, Seats], queues: Iterable[Queue[W]]) -> list[W]:
    """Return who of several queues gets a seat now, and take the seats.

    The earliest place goes first whatever its kind; one whose quotas are full holds up nobody.
    """
    heap = [
        (queue.waiting[0][0], number, 0, queue)
        for number, queue in enumerate(queues)
        if queue.waiting
    ]
    heapify(heap)
    found: list[W] = []
    while heap:
        _, number, index, queue = heap[0]
        if not take(quotas, queue.needed):
            heappop(heap)
            continue
        found.append(queue.waiting[index][1])
        if index + 1 < len(queue.waiting):
            heapreplace(heap, (queue.waiting[index + 1][0], number, index + 1, queue))
        else:
            heappop(heap)
    return found
