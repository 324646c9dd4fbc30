"""Giving seats back, and showing who has one."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams

from ..activities import service as activities
from ..models import Person, Registration
from ..people import repository as people
from . import errors, repository, seating
from .rules import Status
from .schemas import RegistrationLine, RegistrationOut


async def cancel(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> RegistrationOut:
    """Give up the caller's seat, or place in the queue; who waits is offered the seat."""
    person = await _person(session, who)
    halls = await repository.hold(session, [activity_id])
    registration = await _live(session, person, activity_id)
    hall = halls[activity_id]
    if registration.status == Status.CONFIRMED and clock.now() > hall.activity.cancel_until:
        raise errors.TooLate(cancel_until=hall.activity.cancel_until.isoformat())
    await seating.leave(session, clock, hall, [registration], Status.CANCELLED)
    return seating.shown(registration)


async def show(session: AsyncSession, who: Principal, activity_id: UUID) -> RegistrationOut:
    """Return the caller's seat or place, and how many wait before them."""
    registration = await _live(session, await _person(session, who), activity_id)
    ahead = None
    if registration.status == Status.WAITING:
        ahead = await repository.ahead_of(session, registration)
    return seating.shown(registration, ahead)


async def list_own(
    session: AsyncSession, who: Principal, page: PageParams
) -> Page[RegistrationOut]:
    """List the caller's registrations, those that ended too."""
    person = await _person(session, who)
    rows, cursor = await repository.page_of_talent(session, person.talent_id, page)
    return Page(items=[seating.shown(row) for row in rows], next_cursor=cursor)


async def list_of_activity(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[RegistrationLine]:
    """List who is registered for an activity of the caller's, or of the caller's region."""
    await activities.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_activity(session, activity_id, page)
    lines = [
        RegistrationLine(**seating.shown(row).model_dump(), talent_id=row.talent_id) for row in rows
    ]
    return Page(items=lines, next_cursor=cursor)


async def _person(session: AsyncSession, who: Principal) -> Person:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise errors.NotRegistered
    return found[who.subject]


async def _live(session: AsyncSession, person: Person, activity_id: UUID) -> Registration:
    pair = (activity_id, person.talent_id)
    found = await repository.live_of(session, [pair])
    if pair not in found:
        raise errors.RegistrationNotFound
    return found[pair]
