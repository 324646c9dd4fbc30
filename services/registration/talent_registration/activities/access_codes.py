"""The code that a ticket's audience shares."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import ActivityUpdated
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.keyring import Keyring
from talent_kit.versions import require_version

from . import errors, repository, service
from .codes import digest
from .schemas import AccessCode, ActivityOut
from .states import Status

_CHANGEABLE = frozenset({Status.DRAFT, Status.SUBMITTED, Status.PUBLISHED})


async def set_code(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    ids: tuple[UUID, UUID],
    expected: int,
    body: AccessCode,
) -> ActivityOut:
    """Set or change the access code of a ticket of the caller's activity; `ids` name both."""
    activity_id, ticket_id = ids
    activity = await service.own(session, who, activity_id)
    require_version(activity.version, expected)
    if activity.status not in _CHANGEABLE:
        raise errors.NotPossibleNow(state=activity.status)
    parts = await repository.parts_of(session, activity.id)
    ticket = next((each for each in parts.tickets if each.id == ticket_id), None)
    if ticket is None:
        raise errors.TicketNotFound
    if ticket.admission != "code":
        raise errors.NoCodeWanted
    ticket.access_code = digest(keyring, activity.id, body.code)
    service.raise_version(activity, clock)
    if activity.status == Status.PUBLISHED:
        await service.tell(session, clock, activity, ActivityUpdated)
    await service.record(session, clock, who, "activity.access-code", activity, ticket=ticket.name)
    return service.shown(activity, parts)
