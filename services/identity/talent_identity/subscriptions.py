"""All that the identity service listens to."""

from talent_contracts import EventData, FellowExited, FellowUpdated, FellowWithdrawn
from talent_kit.inbox import Many, Subscriptions

from .registry.consumers import on_fellows

SUBSCRIBED = (FellowExited, FellowUpdated, FellowWithdrawn)
"""Of fellows also what changes: a correction may say that one has not exited after all."""
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in SUBSCRIBED)


def subscriptions() -> Subscriptions:
    """Return what handles each type."""
    handlers: dict[type[EventData], Many] = dict.fromkeys(SUBSCRIBED, Many(on_fellows))
    return handlers
