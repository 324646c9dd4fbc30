"""Registering employees together: each claims a seat like anybody else, and nobody others' turn."""

import asyncio
from uuid import UUID

from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.database import Database
from talent_kit.employers import acted_for
from talent_kit.problems import Problem

from ..activities import service as activities
from ..charges.errors import TicketCosts
from ..employers.repository import employers_of
from ..models.employers import Organisation
from ..people import repository as people
from ..registrations.access import Claims
from ..registrations.schemas import RegistrationOut
from ..registrations.seating import Wanted
from .schemas import Group, GroupOut, Member

NOT_EMPLOYED = "not-employed"
"""Also of who is on file and has not signed in yet: they register themselves."""


async def register(
    database: Database,
    clock: Clock,
    claims: Claims,
    who: Principal,
    activity_id: UUID,
    given: Group,
) -> GroupOut:
    """Claim a seat for each employee of the caller's employer; again changes nothing.

    An employee is told as whoever registers themselves is, and may give the seat up. What costs
    something everybody claims and pays themselves: raises TicketCosts.
    """
    async with database.transaction() as session:
        employer_id = await acted_for(session, who, Organisation)
        hall = await activities.read(session, activity_id)
        if any(each.price_fen for each in hall.tickets if each.id == given.ticket_id):
            raise TicketCosts(field="body.ticket_id")
        today = local_date(clock.now())
        employed = await employers_of(session, given.talent_ids, today)
        ours = [one for one in given.talent_ids if employer_id in employed.get(one, ())]
        known = {one.talent_id: one for one in await people.by_talents(session, ours)}
        await audit.record_many(
            session,
            clock,
            actor=who.subject,
            action="group.registered",
            subjects=[(f"talent:{one.talent_id}", one.region) for one in known.values()],
            detail={"activity": str(activity_id), "employer": str(employer_id)},
        )
    # Not in that transaction: claims are decided in their own, on another connection.
    outcomes = await asyncio.gather(
        *(claims.decide(Wanted(one.login, activity_id, given.ticket_id)) for one in known.values()),
        return_exceptions=True,
    )
    came = dict(zip(known, outcomes, strict=True))
    return GroupOut(items=[_member(one, came.get(one)) for one in given.talent_ids])


def _member(talent_id: UUID, outcome: RegistrationOut | BaseException | None) -> Member:
    if outcome is None:
        return Member(talent_id=talent_id, code=NOT_EMPLOYED)
    if isinstance(outcome, RegistrationOut):
        return Member(talent_id=talent_id, status=outcome.status)
    if isinstance(outcome, Problem):
        return Member(talent_id=talent_id, code=outcome.code)
    raise outcome
