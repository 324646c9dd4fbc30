"""What happens to files by themselves: those that nothing refers to go."""

from uuid import UUID

from talent_kit.blobs import Blobs
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import service


def unused_handler(database: Database, blobs: Blobs) -> TimerHandler:
    """Return what lets a file go that was brought and not put to use."""

    async def drop(key: str) -> None:
        async with database.transaction() as session:
            await service.drop_unused(session, blobs, [UUID(key)])

    return drop
