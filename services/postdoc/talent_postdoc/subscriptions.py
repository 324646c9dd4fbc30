"""All that the postdoc service listens to."""

from talent_contracts import (
    EmployerRegistered,
    EmployerUpdated,
    EventData,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.inbox import Many, Subscriptions
from talent_kit.service import Service

from .parties.consumers import on_employers, on_talents

SUBSCRIBED = (TalentRegistered, TalentUpdated, EmployerRegistered, EmployerUpdated)
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in SUBSCRIBED)


def subscriptions(service: Service) -> Subscriptions:  # noqa: ARG001 - as every service has it
    """Return what handles each type."""
    talents, employers = Many(on_talents), Many(on_employers)
    handlers: dict[type[EventData], Many] = {
        TalentRegistered: talents,
        TalentUpdated: talents,
        EmployerRegistered: employers,
        EmployerUpdated: employers,
    }
    return handlers
