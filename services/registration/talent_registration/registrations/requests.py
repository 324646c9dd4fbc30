"""Requests that the organiser decides (审核)."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock

from ..activities import service as activities
from ..activities.errors import NotPossibleNow
from ..activities.states import Status as ActivityStatus
from ..models import Registration
from . import repository, seating
from .repository import Hall
from .rules import Status, take
from .schemas import DecisionOut, Decisions, DecisionsOut
from .telling import tell


async def decide(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, body: Decisions
) -> DecisionsOut:
    """Approve or refuse requests; an approved one gets a seat or its place in the queue.

    Its place is that of its request, so that who asked first is served first however late the
    organiser looks. A seat that costs something is offered: who asked is to say so again, and pay.
    """
    activity = await activities.own(session, who, activity_id)
    if activity.status != ActivityStatus.PUBLISHED:
        raise NotPossibleNow(state=activity.status)
    hall = (await repository.hold(session, [activity_id]))[activity_id]
    await seating.serve(session, clock, hall)
    rows = await repository.of_activity(session, activity_id, body.registration_ids)
    changed: list[Registration] = []
    codes: dict[UUID, str] = {}
    for row in sorted(rows.values(), key=lambda each: each.place):
        if row.status != Status.REQUESTED:
            codes[row.id] = "not-requested"
            continue
        status = Status.REFUSED if body.decision == "refuse" else _approved(hall, row)
        if status is None:
            codes[row.id] = "sold-out"
            continue
        row.reason = body.reason
        if status == Status.CONFIRMED and row.due_fen:
            seating.offer(hall, row, clock.now())
        else:
            seating.move(row, status, clock.now())
        changed.append(row)
    await seating.set_lapses(session, changed)
    await tell(session, clock, changed)
    await activities.record(
        session, clock, who, f"requests.{body.decision}", activity, number=len(changed)
    )
    return DecisionsOut(items=[_outcome(each, rows, codes) for each in body.registration_ids])


def _approved(hall: Hall, row: Registration) -> Status | None:
    """Return what an approval makes of a request, or None where there is no room for it."""
    if not hall.queued and take(hall.quotas, hall.tickets[row.ticket_id].quota_ids):
        return Status.CONFIRMED
    return Status.WAITING if hall.activity.waiting_list else None


def _outcome(
    registration_id: UUID, rows: dict[UUID, Registration], codes: dict[UUID, str]
) -> DecisionOut:
    row = rows.get(registration_id)
    return DecisionOut.model_validate(
        {
            "registration_id": registration_id,
            "status": row and row.status,
            "code": codes.get(registration_id) if row else "registration-not-found",
        }
    )
