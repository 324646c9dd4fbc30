"""Who may do what with activities; which of them is checked with the record."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.auth import Principal, Role, staff

from .errors import PaymentsUnavailable
from .schemas import ActivityContent

Organiser = Annotated[Principal, Depends(staff(Role.ORGANISER))]
"""Who organises activities in a region, for their own."""

ActivityReviewer = Annotated[Principal, Depends(staff(Role.REVIEWER))]
"""Who decides, in the region, what is published."""

ActivityStaff = Annotated[Principal, Depends(staff(Role.ORGANISER, Role.REVIEWER, Role.AUDITOR))]
"""Who sees what is not published yet: the own activities, or those of the region."""


async def _payable(body: ActivityContent, request: Request) -> ActivityContent:
    for number, ticket in enumerate(body.tickets):
        if ticket.price_fen and request.app.state.service.till is None:
            raise PaymentsUnavailable(field=f"body.tickets.{number}.price_fen")
    return body


Document = Annotated[ActivityContent, Depends(_payable)]
"""An activity's document; raises PaymentsUnavailable where nothing can be paid for."""
