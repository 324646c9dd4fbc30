"""The port that the relay and the consumers see; the same contract tests run on every adapter.

The contract: `publish` returns once every message is durable, in the order given per key. A group
sees each message of a topic at least once, per key in the order of publishing; what it committed
it does not see again. Two consumers of one group never hold one partition at the same time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class BusUnavailableError(ConnectionError):
    """The bus does not answer or refuses; the same work may succeed later."""


class Message(NamedTuple):
    """What is sent: a structured CloudEvent in JSON, keyed by its aggregate."""

    topic: str
    key: str
    value: bytes


class Partition(NamedTuple):
    topic: str
    number: int


@dataclass(frozen=True)
class Delivery:
    """What arrives: a message and its place."""

    partition: Partition
    position: int
    key: str
    value: bytes


class Subscription(Protocol):
    """One consumer of a group."""

    async def fetch(self, limit: int) -> Mapping[Partition, Sequence[Delivery]]:
        """Return the next messages by partition; nothing after about a second of waiting.

        Whoever asks again has done with what it was given before.
        """
        ...

    async def commit(self, *last: Delivery) -> None:
        """Keep for good that this group has handled everything up to these messages.

        One of each partition; nothing is kept of those that this consumer does not hold any more.
        """
        ...

    def retry(self, delivery: Delivery, after: float) -> None:
        """Deliver this message and those after it again, `after` seconds from now."""
        ...


class EventBus(Protocol):
    async def publish(self, messages: Sequence[Message]) -> None:
        """Send messages; returns when all are durable, raises when any may not be.

        What was sent before the error may arrive, once more where it is sent again.
        """
        ...

    def subscribe(
        self, group: str, topics: Collection[str]
    ) -> AbstractAsyncContextManager[Subscription]:
        """Join a consumer group, from its committed positions, or from the beginning."""
        ...

    async def forget(self, topic: str, mention: bytes, keep: Callable[[bytes], bool]) -> int:
        """Remove a topic's messages that hold some bytes, but those that `keep` takes by value.

        For the erasure of a person, whose pseudonym is the mention; returns how many went. On a
        bus that cannot remove single messages it is the topic's retention that ends them.
        """
        ...

    async def prune(self, before: datetime) -> int:
        """Remove messages older than an instant that every group has read; return how many."""
        ...

    async def lag(self, group: str, topics: Collection[str]) -> Mapping[Partition, int]:
        """Return by partition how many messages wait for a group, as the bus knows it."""
        ...

    async def close(self) -> None: ...
