"""Who may do what with registrations."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role, staff
from talent_kit.database import SessionDep

from ..people import repository as people
from ..people.errors import NotRegistered
from ..people.repository import Known
from ..together import Together
from .schemas import RegistrationOut
from .seating import Wanted

Claims = Together[Wanted, RegistrationOut]

Registrant = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own seat."""


async def _person(who: Registrant, session: SessionDep) -> Known:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise NotRegistered
    return found[who.subject]


OwnPerson = Annotated[Known, Depends(_person)]
"""Who the caller is here; raises NotRegistered."""

SeatReader = Annotated[Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR))]
"""Who sees who is registered: the organiser, and staff of the region."""


async def _claims(request: Request) -> Claims:
    claims: Claims = request.app.state.service.claims
    return claims


ClaimsDep = Annotated[Claims, Depends(_claims)]
"""Where claims of seats are decided."""
