"""All that the registration service listens to."""

from functools import partial

from talent_contracts import (
    CodeIssued,
    EmployerRegistered,
    EmployerUpdated,
    EmploymentConfirmed,
    EmploymentDeclared,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentUpdated,
    EventData,
    StandingChanged,
    TalentErased,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.inbox import Many, Subscriptions
from talent_kit.service import Service

from .checkins.consumers import on_codes
from .employers.consumers import on_employers, on_employments
from .people.consumers import on_standings, on_talents
from .registrations.consumers import on_erased

_EMPLOYMENTS = (
    EmploymentDeclared,
    EmploymentUpdated,
    EmploymentConfirmed,
    EmploymentRejected,
    EmploymentEnded,
)
SUBSCRIBED = (
    TalentRegistered,
    TalentUpdated,
    TalentErased,
    EmployerRegistered,
    EmployerUpdated,
    CodeIssued,
    StandingChanged,
    *_EMPLOYMENTS,
)
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in SUBSCRIBED)


def subscriptions(service: Service) -> Subscriptions:
    """Return what handles each type."""
    kept = Many(on_talents)
    employers = Many(on_employers)
    handlers: dict[type[EventData], Many] = {
        TalentRegistered: kept,
        TalentUpdated: kept,
        TalentErased: Many(partial(on_erased, service.clock, service.vault, service.blobs)),
        CodeIssued: Many(partial(on_codes, service.clock)),
        StandingChanged: Many(on_standings),
        EmployerRegistered: employers,
        EmployerUpdated: employers,
        **dict.fromkeys(_EMPLOYMENTS, Many(on_employments)),
    }
    return handlers
