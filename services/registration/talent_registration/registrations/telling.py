"""The states of registrations as events."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationLapsed,
    RegistrationOffered,
    RegistrationQueued,
    RegistrationRefused,
    RegistrationRequested,
    RegistrationRequestState,
    RegistrationReserved,
    RegistrationState,
)
from talent_kit.clock import Clock
from talent_kit.outbox import save_events

from ..models import Registration
from .repository import Made
from .rules import Status

EVENTS: dict[Status, type[RegistrationState]] = {
    Status.CONFIRMED: RegistrationConfirmed,
    Status.WAITING: RegistrationQueued,
    Status.OFFERED: RegistrationOffered,
    Status.CANCELLED: RegistrationCancelled,
    Status.LAPSED: RegistrationLapsed,
}
REQUEST_EVENTS: dict[Status, type[RegistrationRequestState]] = {
    Status.REQUESTED: RegistrationRequested,
    Status.REFUSED: RegistrationRefused,
}


async def tell(session: AsyncSession, clock: Clock, rows: Sequence[Registration | Made]) -> None:
    """Save the states of registrations as events."""
    await save_events(session, clock, [state(row) for row in rows])


def state(
    row: Registration | Made,
) -> RegistrationState | RegistrationRequestState | RegistrationReserved:
    """Return a registration's state as an event."""
    said = {
        "registration_id": row.id,
        "activity_id": row.activity_id,
        "ticket_id": row.ticket_id,
        "talent_id": row.talent_id,
        "status": row.status,
        "version": row.version,
    }
    status = Status(row.status)
    if status in REQUEST_EVENTS:
        return REQUEST_EVENTS[status](**said, reason=row.reason)
    if status == Status.AWAITING:
        return RegistrationReserved(**said, due_fen=row.due_fen, pay_until=row.pay_until)
    return EVENTS[status](**said, offered_until=row.offered_until)
