"""The event bus: one port, adapters beside it."""

from .embedded import EmbeddedBus
from .kafka import KafkaBus
from .port import BusUnavailableError, Delivery, EventBus, Message, Partition, Subscription


def open_bus(url: str) -> EventBus:
    """Return the bus that a URL names; nothing connects before it is used.

    `kafka://user:password@host:port,…` is a Kafka cluster, any other an embedded bus's PostgreSQL
    database. Raises ValueError where a Kafka URL is not one, without naming what stands in it.
    """
    return KafkaBus(url) if url.startswith("kafka://") else EmbeddedBus(url)


__all__ = [
    "BusUnavailableError",
    "Delivery",
    "EmbeddedBus",
    "EventBus",
    "KafkaBus",
    "Message",
    "Partition",
    "Subscription",
    "open_bus",
]
