"""The event bus: one port, adapters beside it."""

from .embedded import EmbeddedBus
from .port import Delivery, EventBus, Message, Partition, Subscription

__all__ = ["Delivery", "EmbeddedBus", "EventBus", "Message", "Partition", "Subscription"]
