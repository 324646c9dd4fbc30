"""What happens to seats once they are held: claims decided, queues served, seats given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.personal import Vault
from talent_kit.problems import Problem
from talent_kit.timers import set_timer, set_timers

from ..activities import states as activities
from ..activities.errors import (
    ActivityNotFound,
    NotPossibleNow,
    PaymentsUnavailable,
    TicketNotFound,
)
from ..activities.questions import Value
from ..activities.timers import SERVE_TIMER
from ..charges import service as charges
from ..charges.errors import PriceDiffers
from ..charges.schemas import PaymentDue
from ..charges.till import Till
from ..models import Registration, Ticket
from ..models.admission import Invitation
from ..people import repository as people
from ..people.errors import NotRegistered
from ..people.repository import Known
from ..waiting_rooms import service as waiting_rooms
from . import answers, errors, repository
from .answers import Sheet
from .doors import Doors, rank_of, read_doors
from .repository import Hall, Made
from .rules import SEATED, Queue, Status, exchange, give_back, left, served, take
from .schemas import RegistrationOut
from .telling import tell

LAPSE_TIMER = "offer-lapses"
"""An offered seat was not taken in time. Key: the registration's id."""
_SOME = 500
"""Most registrations that one transaction changes for others than who asks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody's claim of a seat."""

    login: str
    activity_id: UUID
    ticket_id: UUID
    code: bytes | None = None
    """The keyed hash of the code that they gave."""
    answers: Mapping[str, Value] = field(default_factory=dict)
    moves: bool = False
    """Whether a seat of another ticket is given for it."""


async def decide(
    vault: Vault,
    till: Till | None,
    session: AsyncSession,
    clock: Clock,
    wanted: Sequence[Wanted],
) -> list[RegistrationOut | Problem]:
    """Decide claims in their order, all in this transaction; return what each comes to.

    Claiming again changes nothing; claiming a seat that is offered accepts it. A seat that costs
    something waits to be paid for.
    """
    now = clock.now()
    persons = await people.by_logins(session, {one.login for one in wanted})
    halls = await repository.hold(session, {one.activity_id for one in wanted})
    for hall in halls.values():
        await serve(session, clock, hall)
    pairs = {
        (one.activity_id, persons[one.login].talent_id) for one in wanted if one.login in persons
    }
    live: dict[tuple[UUID, UUID], Registration | Made] = {}
    live.update(await repository.live_of(session, pairs))
    codes = {(one.activity_id, one.code) for one in wanted if one.code is not None}
    given = [one.answers for one in wanted if one.answers]
    doors = await read_doors(session, now, halls.values(), codes, pairs, given)
    rooms = {key: (hall.activity, hall.room) for key, hall in halls.items() if hall.room}
    doors.turns = await waiting_rooms.refused(session, now, rooms, pairs)
    outcomes: list[RegistrationOut | Problem] = []
    made: list[Made] = []
    accepted: list[Registration | Made] = []
    left_by: set[UUID] = set()
    for one in wanted:
        try:
            hall, person = _addressed(halls, persons, one)
            known = live.get((one.activity_id, person.talent_id))
            if known is None:
                known = seat = _seated(doors, till, hall, person, one, now)
                live[one.activity_id, person.talent_id] = seat
                made.append(seat)
            elif one.moves and known.ticket_id != one.ticket_id:
                _exchanged(doors, hall, known, person, one, now)
                left_by.add(one.activity_id)
                if not any(known is each for each in made):
                    accepted.append(known)
            elif _accept(known, one.ticket_id, till, hall, now):
                accepted.append(known)
            outcomes.append(shown(known, payment=charges.due(till, hall.activity, known)))
        except Problem as problem:
            outcomes.append(problem)
    session.add_all(doors.tries.values())
    await repository.add(session, made)
    await answers.write(session, vault, clock, doors.sheets)
    begun = [row for row in (*made, *accepted) if row.status == Status.AWAITING]
    await charges.begin(session, clock, begun)
    await tell(session, clock, [*made, *accepted])
    for activity_id in left_by:
        await serve(session, clock, halls[activity_id])
    return outcomes


def _addressed(
    halls: dict[UUID, Hall], persons: dict[str, Known], one: Wanted
) -> tuple[Hall, Known]:
    person = persons.get(one.login)
    if person is None:
        raise NotRegistered
    hall = halls.get(one.activity_id)
    if hall is None or hall.activity.status in {
        activities.Status.DRAFT,
        activities.Status.SUBMITTED,
    }:
        raise ActivityNotFound
    ticket = hall.tickets.get(one.ticket_id)
    if ticket is None or ticket.holder != "talent":
        raise TicketNotFound(field="body.ticket_id")
    return hall, person


def _seated(
    doors: Doors, till: Till | None, hall: Hall, person: Known, one: Wanted, now: datetime
) -> Made:
    """Return a newcomer's registration: a seat if one is left, else a place in the queue."""
    activity, ticket = hall.activity, hall.tickets[one.ticket_id]
    if activity.status != activities.Status.PUBLISHED:
        raise NotPossibleNow(state=activity.status)
    invitation = doors.admit(hall, person, ticket, one.code, now)
    doors.check_turn(activity, person)
    answered, files = doors.answered(ticket, one.answers, one.login)
    due_fen = _price(ticket, invitation)
    if due_fen and till is None:
        raise PaymentsUnavailable
    if ticket.approval and invitation is None:
        status = Status.REQUESTED
    elif doors.held(invitation) or (not hall.queued and take(hall.quotas, ticket.quota_ids)):
        status = Status.CONFIRMED
    elif activity.waiting_list:
        status = Status.WAITING
    else:
        raise errors.SoldOut
    made = Made(
        id=new_id(),
        activity_id=activity.id,
        ticket_id=ticket.id,
        talent_id=person.talent_id,
        status=status,
        rank=rank_of(hall, person, now) if activity.priority else 0,
        due_fen=due_fen,
        registered_at=now,
        changed_at=now,
    )
    if status == Status.CONFIRMED:
        made.status = _secured(made, till, hall, now)
    doors.count(ticket, person)
    if ticket.asks:
        doors.sheets.append(Sheet(made.id, person.talent_id, answered, files))
    if invitation is not None:
        invitation.registration_id = made.id
    return made


def _exchanged(
    doors: Doors,
    hall: Hall,
    known: Registration | Made,
    person: Known,
    one: Wanted,
    now: datetime,
) -> None:
    """Give somebody's seat for one of another ticket, or leave it as it is and raise why."""
    activity, former, ticket = (
        hall.activity,
        hall.tickets[known.ticket_id],
        hall.tickets[one.ticket_id],
    )
    if activity.status != activities.Status.PUBLISHED:
        raise NotPossibleNow(state=activity.status)
    if known.status != Status.CONFIRMED:
        raise errors.RegisteredOtherwise(ticket_id=str(known.ticket_id))
    if now > activity.cancel_until:
        raise errors.TooLate(cancel_until=activity.cancel_until.isoformat())
    invitation = doors.admit(hall, person, ticket, one.code, now)
    if ticket.approval and invitation is None:
        raise errors.ApprovalNeeded
    price_fen = _price(ticket, invitation)
    if price_fen != known.due_fen:
        raise PriceDiffers(due_fen=known.due_fen, price_fen=price_fen)
    answered, files = doors.answered(ticket, one.answers, one.login)
    if doors.held(invitation):
        give_back(hall.quotas, former.quota_ids)
    elif hall.queued or not exchange(hall.quotas, former.quota_ids, ticket.quota_ids):
        raise errors.SoldOut
    doors.count(ticket, person)
    known.ticket_id = ticket.id
    move(known, Status.CONFIRMED, now)
    if ticket.asks or former.asks:
        doors.sheets.append(Sheet(known.id, person.talent_id, answered, files))
    if invitation is not None:
        invitation.registration_id = known.id


def _price(ticket: Ticket, invitation: Invitation | None) -> int:
    """Return what a seat costs somebody: who is invited is the organiser's guest."""
    return ticket.price_fen if invitation is None else 0


def _secured(row: Registration | Made, till: Till | None, hall: Hall, now: datetime) -> Status:
    """Return what taking a seat makes of a registration; what costs something is to be paid first.

    The order gets its number here, once for each registration.
    """
    if not row.due_fen:
        return Status.CONFIRMED
    if till is None:
        raise PaymentsUnavailable
    row.order_id, row.pay_until = new_id(), till.until(now, hall.activity.begins_at)
    return Status.AWAITING


def _accept(
    known: Registration | Made, ticket_id: UUID, till: Till | None, hall: Hall, now: datetime
) -> bool:
    """Take the seat that is offered; tell whether anything changed."""
    if known.ticket_id != ticket_id:
        raise errors.RegisteredOtherwise(ticket_id=str(known.ticket_id))
    if known.offered_until is None:
        return False
    if known.offered_until <= now:
        raise errors.OfferOver
    move(known, _secured(known, till, hall, now), now)
    return True


async def serve(session: AsyncSession, clock: Clock, hall: Hall) -> None:
    """Offer the seats that are free to who waits for them, first come first served."""
    now = clock.now()
    activity = hall.activity
    if activity.status != activities.Status.PUBLISHED or now >= activity.begins_at:
        return
    free = {
        ticket.id: seats
        for ticket in hall.tickets.values()
        if (seats := left(hall.quotas, ticket.quota_ids)) > 0
    }
    if not free:
        return
    queues = []
    for ticket_id in await repository.waited_for(session, free):
        most = min(free[ticket_id], _SOME)
        waiting = await repository.first_waiting(session, ticket_id, most)
        needed = hall.tickets[ticket_id].quota_ids
        queues.append(Queue(needed, [((row.rank, row.place), row) for row in waiting]))
        hall.queued = hall.queued or len(waiting) == _SOME
    if not queues:
        return
    offered = served(hall.quotas, queues)
    for row in offered:
        offer(hall, row, now)
    if hall.queued:
        await set_timer(session, SERVE_TIMER, str(activity.id), now)
    await set_lapses(session, offered)
    await tell(session, clock, offered)


def offer(hall: Hall, row: Registration, now: datetime) -> None:
    """Offer somebody a seat that was taken for them."""
    activity = hall.activity
    until = min(now + timedelta(minutes=activity.offer_minutes), activity.begins_at)
    move(row, Status.OFFERED, now, until)


async def set_lapses(session: AsyncSession, rows: Sequence[Registration]) -> None:
    """Let those that were offered a seat lose it in time."""
    ends = {str(row.id): row.offered_until for row in rows if row.offered_until is not None}
    await set_timers(session, LAPSE_TIMER, ends)


async def leave(
    session: AsyncSession, clock: Clock, hall: Hall, rows: Sequence[Registration], status: Status
) -> None:
    """End registrations of an activity, and offer the seats that they held to who waits.

    What was paid for them goes back, and what was not can be paid no more.
    """
    now = clock.now()
    ordered = [(row.status, row.order_id) for row in rows if row.order_id is not None]
    await charges.end(
        session,
        clock,
        hall.activity,
        unpaid=[order_id for was, order_id in ordered if was == Status.AWAITING],
        paid=[order_id for was, order_id in ordered if was == Status.CONFIRMED],
        whole=hall.activity.status == activities.Status.CANCELLED,
    )
    for row in rows:
        if row.status in SEATED:
            give_back(hall.quotas, hall.tickets[row.ticket_id].quota_ids)
        move(row, status, now)
    await tell(session, clock, rows)
    await serve(session, clock, hall)


async def close(session: AsyncSession, clock: Clock, hall: Hall) -> None:
    """End what an activity that is cancelled or finished leaves open, some at a time."""
    cancelled = hall.activity.status == activities.Status.CANCELLED
    ends = {Status.WAITING, Status.OFFERED, Status.REQUESTED, Status.AWAITING}
    if cancelled:
        ends.add(Status.CONFIRMED)
    rows = await repository.some_live(session, hall.activity.id, ends, _SOME)
    await leave(session, clock, hall, rows, Status.CANCELLED if cancelled else Status.LAPSED)
    if len(rows) == _SOME:
        await set_timer(session, SERVE_TIMER, str(hall.activity.id), clock.now())


def move(
    row: Registration | Made, status: Status, now: datetime, offered_until: datetime | None = None
) -> None:
    """Bring a registration into another state."""
    row.status = status
    row.offered_until = offered_until
    if status != Status.AWAITING:
        row.pay_until = None
    row.changed_at = now
    row.version += 1


def shown(
    row: Registration | Made, ahead: int | None = None, payment: PaymentDue | None = None
) -> RegistrationOut:
    """Return a registration as its owner sees it."""
    return RegistrationOut(
        id=row.id,
        activity_id=row.activity_id,
        ticket_id=row.ticket_id,
        status=Status(row.status),
        ahead=ahead,
        offered_until=row.offered_until,
        reason=row.reason,
        due_fen=row.due_fen,
        pay_until=row.pay_until,
        payment=payment,
        registered_at=row.registered_at,
        version=row.version,
    )
