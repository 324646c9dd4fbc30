"""Reading and writing pictures."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.files import File, Picture


async def of_activity(session: AsyncSession, activity_id: UUID) -> Sequence[Picture]:
    """Return the pictures of an activity in their order."""
    query = select(Picture).where(Picture.activity_id == activity_id)
    return (await session.exec(query.order_by(col(Picture.place)))).all()


async def replace(session: AsyncSession, activity_id: UUID, rows: Sequence[Picture]) -> None:
    """Put pictures in the place of an activity's."""
    await session.execute(delete(Picture).where(col(Picture.activity_id) == activity_id))
    session.add_all(rows)
    await session.flush()


async def file_of(session: AsyncSession, activity_id: UUID, file_id: UUID) -> File | None:
    """Return the file of a picture of an activity."""
    query = select(File).join(Picture, col(Picture.file_id) == col(File.id))
    found = await session.exec(
        query.where(Picture.activity_id == activity_id, Picture.file_id == file_id)
    )
    return found.first()
