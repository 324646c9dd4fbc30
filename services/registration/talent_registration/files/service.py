"""Taking files in, putting them to use, and letting them go once nothing refers to them."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.blobs import Arrived, BlobDamagedError, Blobs
from talent_kit.clock import Clock
from talent_kit.timers import set_timer, set_timers

from ..models.files import File
from ..people import repository as people
from ..people.errors import NotRegistered
from . import errors, repository
from .schemas import FileOut

UNUSED_TIMER = "file-unused"
"""A file was brought a day ago: if nothing refers to it, it goes. Key: its id."""
MOST = 50
"""Files of one login at a time."""
_UNUSED = timedelta(days=1)


async def require_room(session: AsyncSession, who: Principal) -> None:
    """Raise TooManyFiles where the caller may bring no further file, NotRegistered for nobody."""
    await _talent(session, who)
    if await repository.of_owner(session, who.subject) >= MOST:
        raise errors.TooManyFiles(most=MOST)


async def bring(
    session: AsyncSession, blobs: Blobs, clock: Clock, who: Principal, file: Arrived
) -> FileOut:
    """Keep a file that has arrived, for what the caller names it for within a day."""
    await require_room(session, who)
    await blobs.keep(session, file)
    row = File(
        id=file.id,
        owner=who.subject,
        talent_id=await _talent(session, who),
        type=file.type,
        size=file.size,
        made_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    await set_timer(session, UNUSED_TIMER, str(row.id), clock.now() + _UNUSED)
    return shown(row)


async def own(session: AsyncSession, who: Principal, file_id: UUID) -> FileOut:
    """Return what is known of a file that the caller brought."""
    return shown(await _own(session, who, file_id))


async def remove(session: AsyncSession, blobs: Blobs, who: Principal, file_id: UUID) -> None:
    """Let a file of the caller's go; not one that is used."""
    row = await _own(session, who, file_id)
    if not await drop_unused(session, blobs, [row.id]):
        raise errors.FileInUse


async def named(
    session: AsyncSession, owner: str, file_id: UUID, types: Collection[str], field: str
) -> File:
    """Return a file that somebody names to be used, locked; raises NoSuchFile."""
    row = await repository.by_id(session, file_id)
    if row is None or row.owner != owner or row.type not in types:
        raise errors.NoSuchFile(field=field)
    return row


async def content(blobs: Blobs, file_id: UUID) -> bytes:
    """Return the file itself; raises FileDamaged, or StoreError without an answer."""
    try:
        async with blobs.opened(file_id) as (_, file):
            return await asyncio.to_thread(file.read)
    except BlobDamagedError as error:
        raise errors.FileDamaged from error


async def drop_unused(session: AsyncSession, blobs: Blobs, file_ids: Collection[UUID]) -> int:
    """Let those of some files go to which nothing refers; return how many."""
    gone = await repository.unused(session, file_ids)
    for file_id in gone:
        await blobs.release(session, file_id)
    await repository.remove(session, gone)
    return len(gone)


async def let_go(session: AsyncSession, clock: Clock, file_ids: Collection[UUID]) -> None:
    """Have the worker let those of some files go to which nothing refers once this commits."""
    await set_timers(session, UNUSED_TIMER, {str(one): clock.now() for one in file_ids})


async def forget(session: AsyncSession, blobs: Blobs, talent_ids: Collection[UUID]) -> None:
    """Let the files of talents go, wherever they were left."""
    await repository.take_back(session, talent_ids)
    files = await repository.of_talents(session, talent_ids)
    await drop_unused(session, blobs, [row.id for row in files])


def shown(row: File) -> FileOut:
    """Return a file as its owner sees it."""
    return FileOut(**row.model_dump(include=set(FileOut.model_fields)))


async def _own(session: AsyncSession, who: Principal, file_id: UUID) -> File:
    row = await repository.by_id(session, file_id)
    if row is None or row.owner != who.subject:
        raise errors.FileNotFound
    return row


async def _talent(session: AsyncSession, who: Principal) -> UUID | None:
    if Role.TALENT not in who.roles:
        return None
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise NotRegistered
    return found[who.subject].talent_id
