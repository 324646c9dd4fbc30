"""`/v1/activities/{activity_id}/groups`."""

from uuid import UUID

from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..activities.errors import ActivityNotFound
from ..charges.errors import TicketCosts
from ..registrations.access import ClaimsDep
from . import service
from .access import DatabaseDep, GroupAgent
from .schemas import Group, GroupOut

router = noun_router("/activities/{activity_id}/groups", "groups")


@router.put(
    "/me",
    responses=problems(
        *(Unauthenticated, Forbidden, Invalid),
        NotAnAgent,
        EmployerNotChosen,
        ActivityNotFound,
        TicketCosts,
    ),
)
async def register(
    activity_id: UUID,
    body: Group,
    who: GroupAgent,
    database: DatabaseDep,
    clock: ClockDep,
    claims: ClaimsDep,
) -> GroupOut:
    """Register employees of your employer, up to 200; the answer says what came of each.

    Sent again it changes nothing for whoever has a seat. Who is not employed today is not
    registered, and whoever is may give the seat up.
    """
    return await service.register(database, clock, claims, who, activity_id, body)
