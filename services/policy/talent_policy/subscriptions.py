"""All that the policy service listens to."""

from collections.abc import Awaitable, Callable
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
from talent_kit.inbox import Subscriptions
from talent_kit.personal import Vault
from talent_kit.service import Service

from .applications.consumers import on_payment
from .facts.consumers import on_employer, on_employment, on_talent

Handler = Callable[[Vault, Clock, AsyncSession, Any], Awaitable[None]]

HANDLERS: dict[type[EventData], Handler] = {
    TalentRegistered: on_talent,
    TalentUpdated: on_talent,
    EmployerRegistered: on_employer,
    EmployerUpdated: on_employer,
    EmploymentDeclared: on_employment,
    EmploymentUpdated: on_employment,
    EmploymentConfirmed: on_employment,
    EmploymentRejected: on_employment,
    EmploymentEnded: on_employment,
    PaymentOrdered: on_payment,
    PaymentReleased: on_payment,
    PaymentMade: on_payment,
    PaymentFailed: on_payment,
    PaymentStopped: on_payment,
}
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in HANDLERS)


def subscriptions(service: Service) -> Subscriptions:
    """Return the handler of each event type, on the parts of this service."""
    return {
        event: partial(handler, service.vault, service.clock) for event, handler in HANDLERS.items()
    }
