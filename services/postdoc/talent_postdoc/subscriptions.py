"""All that the postdoc service listens to."""

from collections.abc import Sequence
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EmployerRegistered,
    EmployerUpdated,
    EventData,
    FellowEntered,
    FellowExited,
    FellowUpdated,
    FellowWithdrawn,
    StationClosed,
    StationRecognised,
    StationUpdated,
    TalentErased,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.inbox import Many, Subscriptions
from talent_kit.service import Service

from .figures.consumers import on_changes
from .grants.consumers import on_withdrawn
from .parties.consumers import on_employers, on_talents
from .positions.consumers import on_stations
from .rights.consumers import on_erased

OWN = (
    StationRecognised,
    StationUpdated,
    StationClosed,
    FellowEntered,
    FellowUpdated,
    FellowExited,
    FellowWithdrawn,
)
"""Its own events, by which it keeps figures and ends the grants of who left."""
SUBSCRIBED = (
    TalentRegistered,
    TalentUpdated,
    TalentErased,
    EmployerRegistered,
    EmployerUpdated,
    *OWN,
)
SUBSCRIBED_TYPES = frozenset(event.TYPE for event in SUBSCRIBED)


def subscriptions(service: Service) -> Subscriptions:
    """Return what handles each type."""
    talents, employers, changes = Many(on_talents), Many(on_employers), Many(on_changes)
    handlers: dict[type[EventData], Many] = {
        TalentRegistered: talents,
        TalentUpdated: talents,
        TalentErased: Many(partial(on_erased, service.clock, service.vault, service.blobs)),
        EmployerRegistered: employers,
        EmployerUpdated: employers,
    }
    twice: dict[type[EventData], Many] = {
        StationUpdated: Many(_on_stations),
        FellowWithdrawn: Many(partial(_on_left, service)),
    }
    return handlers | dict.fromkeys(OWN, changes) | twice


async def _on_stations(session: AsyncSession, events: Sequence[StationUpdated]) -> None:
    await on_changes(session, events)
    await on_stations(session, events)


async def _on_left(
    service: Service, session: AsyncSession, events: Sequence[FellowWithdrawn]
) -> None:
    await on_changes(session, events)
    await on_withdrawn(session, service.clock, events)
