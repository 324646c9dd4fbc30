"""All that the postdoc service listens to."""

from functools import partial

from talent_contracts import (
    EmployerRegistered,
    EmployerUpdated,
    EventData,
    TalentErased,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.inbox import Many, Subscriptions
from talent_kit.service import Service

from .parties.consumers import on_employers, on_talents
from .rights.consumers import on_erased

SUBSCRIBED = (TalentRegistered, TalentUpdated, TalentErased, EmployerRegistered, EmployerUpdated)
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in SUBSCRIBED)


def subscriptions(service: Service) -> Subscriptions:
    """Return what handles each type."""
    talents, employers = Many(on_talents), Many(on_employers)
    handlers: dict[type[EventData], Many] = {
        TalentRegistered: talents,
        TalentUpdated: talents,
        TalentErased: Many(partial(on_erased, service.clock, service.vault, service.blobs)),
        EmployerRegistered: employers,
        EmployerUpdated: employers,
    }
    return handlers
