"""Putting pictures into drafts, and showing them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.texts import Bilingual
from talent_kit.versions import require_version

from ..activities import service as activities
from ..activities.errors import NotPossibleNow
from ..activities.states import Status
from ..files import service as files
from ..files.access import PICTURES
from ..files.schemas import FileOut
from ..models.files import Picture
from . import repository
from .errors import PictureNotFound
from .schemas import PictureContent, Pictures, PicturesOut


async def put(
    session: AsyncSession,
    blobs: Blobs,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    expected: int,
    given: Pictures,
) -> PicturesOut:
    """Put pictures in the place of those of a draft: a reviewer sees what is published."""
    activity = await activities.own(session, who, activity_id)
    require_version(activity.version, expected)
    if activity.status != Status.DRAFT:
        raise NotPossibleNow(state=activity.status)
    rows = []
    for place, each in enumerate(given.pictures):
        field = f"body.pictures.{place}.file_id"
        file = await files.named(session, who.subject, each.file_id, PICTURES, field)
        rows.append(
            Picture(
                activity_id=activity_id,
                place=place,
                file_id=file.id,
                alt_zh=each.alt.zh,
                alt_en=each.alt.en,
            )
        )
    former = [row.file_id for row in await repository.of_activity(session, activity_id)]
    await repository.replace(session, activity_id, rows)
    await files.drop_unused(session, blobs, former)
    activities.raise_version(activity, clock)
    await activities.record(session, clock, who, "activity.pictures", activity)
    return _shown(rows, activity.version)


async def read(session: AsyncSession, activity_id: UUID) -> PicturesOut:
    """Return the pictures of what is or was published."""
    activity = await activities.read(session, activity_id)
    return _shown(await repository.of_activity(session, activity_id), activity.version)


async def read_as_staff(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> PicturesOut:
    """Return the pictures of an activity in any state to its organiser and staff of its region."""
    activity = await activities.read_as_staff(session, clock, who, activity_id)
    return _shown(await repository.of_activity(session, activity_id), activity.version)


async def file(session: AsyncSession, activity_id: UUID, file_id: UUID) -> FileOut:
    """Return the file of a picture of what is or was published."""
    await activities.read(session, activity_id)
    return await _file(session, activity_id, file_id)


async def file_as_staff(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, file_id: UUID
) -> FileOut:
    """Return the file of a picture in any state to its organiser and staff of its region."""
    await activities.read_as_staff(session, clock, who, activity_id)
    return await _file(session, activity_id, file_id)


async def _file(session: AsyncSession, activity_id: UUID, file_id: UUID) -> FileOut:
    found = await repository.file_of(session, activity_id, file_id)
    if found is None:
        raise PictureNotFound
    return files.shown(found)


def _shown(rows: Sequence[Picture], version: int) -> PicturesOut:
    return PicturesOut(
        pictures=[
            PictureContent(file_id=row.file_id, alt=Bilingual(zh=row.alt_zh, en=row.alt_en))
            for row in rows
        ],
        version=version,
    )
