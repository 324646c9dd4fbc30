"""Leaving curricula vitae at booths, taking them back, and reading them as the employer."""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.employers import acted_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault
from talent_kit.timers import set_timer

from ..activities import service as activities
from ..bookings import repository as bookings
from ..bookings.errors import BookingNotFound
from ..files import service as files
from ..files.access import TYPES
from ..files.schemas import FileOut
from ..models import Booking
from ..models.employers import Organisation
from ..models.files import Curriculum
from ..people.repository import Known
from . import repository
from .errors import BoothNotFound, CurriculumNotFound, NoSeat, Over
from .schemas import CurriculumOut, Leaving, Left

KEPT_TIMER = "curricula-end"
"""What was left at an activity was kept for long enough. Key: its id."""


async def leave(
    session: AsyncSession,
    blobs: Blobs,
    vault: Vault,
    clock: Clock,
    person: Known,
    place: tuple[UUID, UUID],
    given: Leaving,
    kept: timedelta,
) -> Left:
    """Leave a file and a contact at a booth, in the place of what was left there before.

    `place` is the activity and the booking.
    """
    activity_id, booking_id = place
    await activities.read(session, activity_id)
    if await repository.booth(session, activity_id, booking_id) is None:
        raise BoothNotFound
    if not await repository.has_seat(session, activity_id, person.talent_id):
        raise NoSeat
    over = await repository.over_at(session, activity_id)
    if clock.now() >= over:
        raise Over
    file = await files.named(session, person.login, given.file_id, TYPES, "body.file_id")
    row = await repository.left_by(session, booking_id, person.talent_id)
    former = None if row is None else row.file_id
    if row is None:
        row = Curriculum(
            id=new_id(),
            activity_id=activity_id,
            booking_id=booking_id,
            talent_id=person.talent_id,
            file_id=file.id,
            contact=b"",
            left_at=clock.now(),
            kept_until=over + kept,
            version=0,
        )
    key = await vault.data_key(session, person.talent_id)
    row.file_id, row.left_at = file.id, clock.now()
    row.contact = key.seal(given.contact, *_place(row.id))
    row.version += 1
    session.add(row)
    await session.flush()
    if former not in (None, file.id):
        await files.drop_unused(session, blobs, [former])
    await set_timer(session, KEPT_TIMER, str(activity_id), row.kept_until)
    return _left(row, given.contact)


async def own(session: AsyncSession, vault: Vault, person: Known, place: tuple[UUID, UUID]) -> Left:
    """Return what the caller left at a booth."""
    row = await _own(session, person, place)
    key = await vault.data_key(session, person.talent_id)
    return _left(row, key.open(row.contact, *_place(row.id)))


async def held(session: AsyncSession, vault: Vault, person: Known) -> list[Left]:
    """Return all that the caller left at booths and that is kept."""
    rows = await repository.of_talent(session, person.talent_id)
    if not rows:
        return []
    key = await vault.data_key(session, person.talent_id)
    return [_left(row, key.open(row.contact, *_place(row.id))) for row in rows]


async def take_back(
    session: AsyncSession, blobs: Blobs, person: Known, place: tuple[UUID, UUID]
) -> None:
    """Take back what the caller left at a booth."""
    row = await _own(session, person, place)
    await session.delete(row)
    await session.flush()
    await files.drop_unused(session, blobs, [row.file_id])


async def list_at_booth(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    page: PageParams,
) -> Page[CurriculumOut]:
    """List what was left at the booth of the caller's employer; audited for each talent."""
    booking = await _booth_of(session, who, activity_id)
    rows, cursor = await repository.page_of_booth(session, booking.id, page)
    keys = await vault.data_keys(session, list({row.talent_id for row in rows}))
    region = (await activities.read(session, activity_id)).region
    await audit.record_many(
        session,
        clock,
        actor=who.subject,
        action="curriculum.listed",
        subjects=[(f"talent:{row.talent_id}", region) for row in rows],
        purpose="recruit",
        detail={"booking": str(booking.id)},
    )
    items = [
        CurriculumOut(
            **row.model_dump(include={"id", "talent_id", "left_at", "version"}),
            contact=keys[row.talent_id].open(row.contact, *_place(row.id)),
        )
        for row in rows
        if row.talent_id in keys
    ]
    return Page(items=items, next_cursor=cursor)


async def opened(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, curriculum_id: UUID
) -> FileOut:
    """Return a file that was left at the booth of the caller's employer; audited."""
    booking = await _booth_of(session, who, activity_id)
    found = await repository.at_booth(session, booking.id, curriculum_id)
    if found is None:
        raise CurriculumNotFound
    row, file = found
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="curriculum.opened",
        subject=f"talent:{row.talent_id}",
        region=(await activities.read(session, activity_id)).region,
        purpose="recruit",
        detail={"booking": str(booking.id)},
    )
    return files.shown(file)


async def end(session: AsyncSession, blobs: Blobs, clock: Clock, activity_id: UUID) -> None:
    """Let go what was left at an activity and has been kept for long enough."""
    gone = await repository.take_back(session, activity_id, clock.now())
    await files.drop_unused(session, blobs, gone)


async def _booth_of(session: AsyncSession, who: Principal, activity_id: UUID) -> Booking:
    employer_id = await acted_for(session, who, Organisation)
    found = await bookings.live_of(session, activity_id, employer_id)
    if found is None:
        raise BookingNotFound
    return found


async def _own(session: AsyncSession, person: Known, place: tuple[UUID, UUID]) -> Curriculum:
    activity_id, booking_id = place
    row = await repository.left_by(session, booking_id, person.talent_id)
    if row is None or row.activity_id != activity_id:
        raise CurriculumNotFound
    return row


def _left(row: Curriculum, contact: str) -> Left:
    return Left(**row.model_dump(exclude={"talent_id", "contact"}), contact=contact)


def _place(curriculum_id: UUID) -> tuple[str, str, UUID]:
    return ("curriculum", "contact", curriculum_id)
