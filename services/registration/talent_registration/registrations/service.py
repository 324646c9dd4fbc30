"""Giving seats back, and showing who has one."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault
from talent_kit.versions import require_version

from ..activities import service as activities
from ..activities.questions import Value, checked, files_named
from ..charges import service as charges
from ..charges.till import Till
from ..files import service as files
from ..files.errors import FileNotFound
from ..files.schemas import FileOut
from ..models import Activity, Registration
from ..people import repository as people
from ..people.errors import NotRegistered
from . import answers, attached, errors, repository, seating
from .rules import Status
from .schemas import AnswersOut, RegistrationLine, RegistrationOut


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


async def show(
    session: AsyncSession, till: Till | None, who: Principal, activity_id: UUID
) -> RegistrationOut:
    """Return the caller's seat or place, how many wait before them, and what is to be paid."""
    registration = await _live(session, await _person(session, who), activity_id)
    ahead = None
    if registration.status == Status.WAITING:
        ahead = await repository.ahead_of(session, registration)
    activity = await session.get_one(Activity, activity_id)
    return seating.shown(registration, ahead, charges.due(till, activity, registration))


async def list_own(
    session: AsyncSession, who: Principal, page: PageParams
) -> Page[RegistrationOut]:
    """List the caller's registrations, those that ended too."""
    person = await _person(session, who)
    rows, cursor = await repository.page_of_talent(session, person.talent_id, page)
    return Page(items=[seating.shown(row) for row in rows], next_cursor=cursor)


async def show_answers(
    session: AsyncSession, vault: Vault, who: Principal, activity_id: UUID
) -> AnswersOut:
    """Return what the caller answered."""
    registration = await _live(session, await _person(session, who), activity_id)
    found, version = await answers.read_one(session, vault, registration.id)
    return AnswersOut(answers=found, version=version)


async def change_answers(
    session: AsyncSession,
    clock: Clock,
    vault: Vault,
    who: Principal,
    activity_id: UUID,
    expected: int,
    given: Mapping[str, Value],
) -> AnswersOut:
    """Put other answers in the place of the caller's, until the first session begins."""
    registration = await _live(session, await _person(session, who), activity_id)
    hall = await activities.read(session, activity_id)
    ticket = next(each.name for each in hall.tickets if each.id == registration.ticket_id)
    good, faults = checked(hall.questions, ticket, given)
    named = files_named(hall.questions, good)
    owned = await attached.owners(session, set(named.values()))
    if faults := faults or attached.faults(named, owned, who.subject):
        raise errors.AnswersWrong(faults)
    _, version = await answers.read_one(session, vault, registration.id)
    require_version(version, expected)
    if clock.now() >= min(each.starts_at for each in hall.meetings):
        raise errors.TooLateToAnswer
    sheet = answers.Sheet(registration.id, registration.talent_id, good, named)
    await answers.write(session, vault, clock, [sheet])
    return AnswersOut(answers=good, version=version + 1)


async def list_of_activity(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    page: PageParams,
    *,
    requested: bool = False,
) -> Page[RegistrationLine]:
    """List who is registered for an activity of the caller's, or of the caller's region."""
    await activities.read_as_staff(session, clock, who, activity_id)
    rows, cursor = await repository.page_of_activity(
        session, activity_id, page, requested=requested
    )
    lines = [
        RegistrationLine(**seating.shown(row).model_dump(), talent_id=row.talent_id) for row in rows
    ]
    return Page(items=lines, next_cursor=cursor)


async def list_with_answers(
    session: AsyncSession,
    clock: Clock,
    vault: Vault,
    who: Principal,
    activity_id: UUID,
    page: PageParams,
    *,
    requested: bool = False,
) -> Page[RegistrationLine]:
    """List who is registered for an activity of the caller's and what they answered; audited."""
    activity = await activities.own(session, who, activity_id)
    found = await list_of_activity(session, clock, who, activity_id, page, requested=requested)
    sheets = await answers.read(session, vault, [line.id for line in found.items])
    for line in found.items:
        line.answers = sheets.get(line.id)
    await answers.note_reading(
        session, clock, who, activity, [line.talent_id for line in found.items if line.answers]
    )
    return found


async def answered_file(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    registration_id: UUID,
    question: str,
) -> FileOut:
    """Return a file that answers a question at an activity of the caller's; audited."""
    activity = await activities.own(session, who, activity_id)
    found = await attached.answering(session, activity_id, registration_id, question)
    if found is None:
        raise FileNotFound
    file, talent_id = found
    await answers.note_reading(session, clock, who, activity, [talent_id])
    return files.shown(file)


async def _person(session: AsyncSession, who: Principal) -> people.Known:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise NotRegistered
    return found[who.subject]


async def _live(session: AsyncSession, person: people.Known, activity_id: UUID) -> Registration:
    pair = (activity_id, person.talent_id)
    found = await repository.live_of(session, [pair])
    if pair not in found:
        raise errors.RegistrationNotFound
    return found[pair]
