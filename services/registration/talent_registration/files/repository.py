"""Reading and writing files."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.files import AnswerFile, Curriculum, File, Picture

_USES = (Picture, Curriculum, AnswerFile)


async def by_id(session: AsyncSession, file_id: UUID) -> File | None:
    """Return a file, locked: nobody takes it away while it is put to use."""
    return (
        await session.exec(select(File).where(File.id == file_id).with_for_update())
    ).one_or_none()


async def owners(session: AsyncSession, file_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who brought some files, which stay while this transaction puts them to use."""
    query = select(File.id, File.owner).where(col(File.id).in_(file_ids)).order_by(col(File.id))
    held = await session.exec(query.with_for_update(read=True, key_share=True))
    return dict(held.all())


async def of_owner(session: AsyncSession, owner: str) -> int:
    """Return how many files somebody has brought."""
    query = select(func.count()).select_from(File).where(File.owner == owner)
    return int(await session.scalar(query) or 0)


async def of_talents(session: AsyncSession, talent_ids: Collection[UUID]) -> Sequence[File]:
    """Return the files of some talents, oldest first."""
    query = select(File).where(col(File.talent_id).in_(talent_ids))
    return (await session.exec(query.order_by(col(File.id)))).all()


async def unused(session: AsyncSession, file_ids: Collection[UUID]) -> list[UUID]:
    """Return which of some files nothing refers to; they are locked first."""
    here = select(File.id).where(col(File.id).in_(file_ids)).order_by(col(File.id))
    locked = (await session.exec(here.with_for_update())).all()
    query = select(File.id).where(
        col(File.id).in_(locked), *(~exists().where(col(use.file_id) == File.id) for use in _USES)
    )
    return list(await session.exec(query))


async def remove(session: AsyncSession, file_ids: Collection[UUID]) -> None:
    """Forget files."""
    await session.execute(delete(File).where(col(File.id).in_(file_ids)))


async def take_back(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Take back what talents have left with others."""
    await session.execute(delete(Curriculum).where(col(Curriculum.talent_id).in_(talent_ids)))
    theirs = select(File.id).where(col(File.talent_id).in_(talent_ids))
    await session.execute(delete(AnswerFile).where(col(AnswerFile.file_id).in_(theirs)))
