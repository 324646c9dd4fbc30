"""All that the policy service listens to."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ApplicationApproved,
    ApplicationProgressed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationState,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttendanceConfirmed,
    AttendanceRevoked,
    EmployerRegistered,
    EmployerUpdated,
    EmploymentConfirmed,
    EmploymentDeclared,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentUpdated,
    EventData,
    FellowEntered,
    FellowExited,
    FellowUpdated,
    FellowWithdrawn,
    GrantAwarded,
    GrantEnded,
    PackPublished,
    PaymentDisputed,
    PaymentFailed,
    PaymentMade,
    PaymentOrdered,
    PaymentRecoveryOrdered,
    PaymentRecoveryReceived,
    PaymentRecoveryWaived,
    PaymentReleased,
    PaymentState,
    PaymentStopped,
    StationClosed,
    StationRecognised,
    StationUpdated,
    TalentErased,
    TalentRegistered,
    TalentUpdated,
)
from talent_kit.clock import Clock
from talent_kit.inbox import Many, Subscriptions
from talent_kit.personal import Vault
from talent_kit.service import Service

from .applications.consumers import on_payments
from .entitlements.consumers import on_packs
from .facts.consumers import on_employers
from .figures import service as figures
from .rights.consumers import (
    on_attendances,
    on_employments,
    on_erased,
    on_fellows,
    on_grants,
    on_stations,
    on_talents,
)

Handler = Callable[[Vault, Clock, AsyncSession, Sequence[Any]], Awaitable[None]]


async def on_own(
    vault: Vault,
    clock: Clock,
    session: AsyncSession,
    events: Sequence[ApplicationState | PaymentState],
) -> None:
    """Let applications follow their payments, and count both."""
    payments = [event for event in events if isinstance(event, PaymentState)]
    await on_payments(vault, clock, session, payments)
    await figures.count(session, events)


HANDLERS: dict[type[EventData], Handler] = {
    TalentRegistered: on_talents,
    TalentUpdated: on_talents,
    TalentErased: on_erased,
    EmployerRegistered: on_employers,
    EmployerUpdated: on_employers,
    EmploymentDeclared: on_employments,
    EmploymentUpdated: on_employments,
    EmploymentConfirmed: on_employments,
    EmploymentRejected: on_employments,
    EmploymentEnded: on_employments,
    AttendanceConfirmed: on_attendances,
    AttendanceRevoked: on_attendances,
    StationRecognised: on_stations,
    StationUpdated: on_stations,
    StationClosed: on_stations,
    FellowEntered: on_fellows,
    FellowUpdated: on_fellows,
    FellowExited: on_fellows,
    FellowWithdrawn: on_fellows,
    GrantAwarded: on_grants,
    GrantEnded: on_grants,
    PackPublished: on_packs,
    PaymentOrdered: on_own,
    PaymentReleased: on_own,
    PaymentMade: on_own,
    PaymentDisputed: on_own,
    PaymentFailed: on_own,
    PaymentStopped: on_own,
    ApplicationSubmitted: on_own,
    ApplicationApproved: on_own,
    ApplicationRejected: on_own,
    ApplicationReturned: on_own,
    ApplicationWithdrawn: on_own,
    ApplicationProgressed: on_own,
    PaymentRecoveryOrdered: on_payments,
    PaymentRecoveryReceived: on_payments,
    PaymentRecoveryWaived: on_payments,
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
