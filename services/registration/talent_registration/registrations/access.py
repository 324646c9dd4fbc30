"""Who may do what with registrations."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, role, staff

from .claims import Claims

Registrant = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent, for their own seat."""

SeatReader = Annotated[Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR))]
"""Who sees who is registered: the organiser, and staff of the region."""


async def _claims(request: Request) -> Claims:
    claims: Claims = request.app.state.service.claims
    return claims


ClaimsDep = Annotated[Claims, Depends(_claims)]
"""Where claims of seats are decided."""
