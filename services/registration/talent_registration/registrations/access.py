"""Who may do what with registrations."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role, staff
from talent_kit.database import SessionDep

from ..models import Person
from ..people import repository as people
from . import errors
from .claims import Claims

Registrant = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own seat."""


async def _person(who: Registrant, session: SessionDep) -> Person:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise errors.NotRegistered
    return found[who.subject]


OwnPerson = Annotated[Person, Depends(_person)]
"""Who the caller is here; raises NotRegistered."""

SeatReader = Annotated[Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR))]
"""Who sees who is registered: the organiser, and staff of the region."""


async def _claims(request: Request) -> Claims:
    claims: Claims = request.app.state.service.claims
    return claims


ClaimsDep = Annotated[Claims, Depends(_claims)]
"""Where claims of seats are decided."""
