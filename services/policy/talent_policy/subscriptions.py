"""All that the policy service listens to."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EventData
from talent_kit.clock import Clock
from talent_kit.inbox import Subscriptions
from talent_kit.personal import Vault
from talent_kit.service import Service

Handler = Callable[[Vault, Clock, AsyncSession, Any], Awaitable[None]]

HANDLERS: dict[type[EventData], Handler] = {}
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in HANDLERS)


def subscriptions(service: Service) -> Subscriptions:
    """Return the handler of each event type, on the parts of this service."""
    return {
        event: partial(handler, service.vault, service.clock) for event, handler in HANDLERS.items()
    }
