"""Who gets a seat: claims decided one after another against the quotas that each counts against.

Pure: the caller holds the quotas' rows locked, so that what is decided here is what is stored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heapify, heappop, heapreplace
from typing import Generic, Protocol, TypeVar
from uuid import UUID

W = TypeVar("W")


class Status(StrEnum):
    """The life of a registration.

    The first four hold a seat or a place in the queue; who is `REQUESTED` waits for the
    organiser's word and holds neither: else requests could keep seats from whom they are for.
    """

    CONFIRMED = "confirmed"
    AWAITING = "awaiting_payment"
    WAITING = "waiting"
    OFFERED = "offered"
    REQUESTED = "requested"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    REFUSED = "refused"


SEATED = frozenset({Status.CONFIRMED, Status.AWAITING, Status.OFFERED})
"""States that take a seat: one that is offered, or waits to be paid for, is nobody else's."""


class Seats(Protocol):
    """One quota: how many seats it has, and how many of them are taken."""

    capacity: int
    taken: int


def left(quotas: Mapping[UUID, Seats], needed: Iterable[UUID]) -> int:
    """Return how many seats there are that count against each of some quotas."""
    return min(quotas[quota].capacity - quotas[quota].taken for quota in needed)


def take(quotas: Mapping[UUID, Seats], needed: Iterable[UUID], seats: int = 1) -> bool:
    """Take some seats of each of some quotas, or none at all; tell which."""
    wanted = tuple(needed)
    if left(quotas, wanted) < seats:
        return False
    for quota in wanted:
        quotas[quota].taken += seats
    return True


def give_back(quotas: Mapping[UUID, Seats], held: Iterable[UUID], seats: int = 1) -> None:
    """Give back some seats of each of some quotas."""
    for quota in held:
        quotas[quota].taken -= seats


def exchange(quotas: Mapping[UUID, Seats], held: Iterable[UUID], wanted: Iterable[UUID]) -> bool:
    """Give a seat of some quotas for one of others, or keep it where there is none; tell which."""
    former = tuple(held)
    give_back(quotas, former)
    if take(quotas, wanted):
        return True
    take(quotas, former)
    return False


def rank(region: str, priority: Sequence[str], within: Callable[[str, str], bool | None]) -> int:
    """Return which of the regions that go first somebody's lies in; who is in none goes last."""
    return next(
        (number for number, each in enumerate(priority) if within(region, each)), len(priority)
    )


def schemes(talent_classes: Iterable[str]) -> set[str]:
    """Return the schemes of some talent classes: `city` of `city.c`."""
    return {each.partition(".")[0] for each in talent_classes}


def barred_until(
    missed: Iterable[datetime], most: int, length: timedelta, now: datetime
) -> datetime | None:
    """Return until when somebody is barred who missed `most` within a length of time, or None."""
    newest = sorted((each for each in missed if now - length < each), reverse=True)
    return newest[most - 1] + length if len(newest) >= most else None


class Window(Protocol):
    """When something is open."""

    opens_at: datetime
    closes_at: datetime


class Narrower(Protocol):
    """When something is open that may leave that to what it belongs to."""

    opens_at: datetime | None
    closes_at: datetime | None


def window(activity: Window, ticket: Narrower) -> tuple[datetime, datetime]:
    """Return from when until before when a ticket can be claimed: while both are open."""
    return (
        max(activity.opens_at, ticket.opens_at or activity.opens_at),
        min(activity.closes_at, ticket.closes_at or activity.closes_at),
    )


@dataclass(frozen=True)
class Queue(Generic[W]):
    """Who waits for one kind of ticket, in their order, and the quotas a seat counts against."""

    needed: Sequence[UUID]
    waiting: Sequence[tuple[tuple[int, int], W]]
    """Rank and place and whoever has it, in their order."""


def served(quotas: Mapping[UUID, Seats], queues: Iterable[Queue[W]]) -> list[W]:
    """Return who of several queues gets a seat now, and take the seats.

    The lowest rank goes first, then the earliest place, whatever its kind; one whose quotas are
    full holds up nobody.
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
