"""All that the policy service listens to."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EmployerRegistered,
    EmployerUpdated,
    EmploymentConfirmed,
    EmploymentDeclared,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentUpdated,
    EventData,
    PaymentFailed,
    PaymentMade,
    PaymentOrdered,
    PaymentReleased,
    PaymentStopped,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.clock import Clock
from talent_kit.inbox import Many, Subscriptions
from talent_kit.personal import Vault
from talent_kit.service import Service

from .applications.consumers import on_payments
from .facts.consumers import on_employers, on_employments, on_talents

Handler = Callable[[Vault, Clock, AsyncSession, Sequence[Any]], Awaitable[None]]

HANDLERS: dict[type[EventData], Handler] = {
    TalentRegistered: on_talents,
    TalentUpdated: on_talents,
    EmployerRegistered: on_employers,
    EmployerUpdated: on_employers,
    EmploymentDeclared: on_employments,
    EmploymentUpdated: on_employments,
    EmploymentConfirmed: on_employments,
    EmploymentRejected: on_employments,
    EmploymentEnded: on_employments,
    PaymentOrdered: on_payments,
    PaymentReleased: on_payments,
    PaymentMade: on_payments,
    PaymentFailed: on_payments,
    PaymentStopped: on_payments,
}
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in HANDLERS)


def subscriptions(service: Service) -> Subscriptions:
    """Return the handler of each event type, on the parts of this service.

    Types that share a handler come to it together, in their order.
    """
    bound = {
        handler: Many(partial(handler, service.vault, service.clock))
        for handler in HANDLERS.values()
    }
    return {event: bound[handler] for event, handler in HANDLERS.items()}
