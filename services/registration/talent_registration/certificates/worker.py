"""Telling of certificates once they are due."""

from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import service


def tell_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what tells of an activity's certificates."""

    async def tell(key: str) -> None:
        async with database.transaction() as session:
            await service.tell(session, clock, UUID(key))

    return tell
