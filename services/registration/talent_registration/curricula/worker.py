"""What happens to curricula vitae by themselves: they go once they were kept for long enough."""

from uuid import UUID

from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import service


def kept_handler(database: Database, blobs: Blobs, clock: Clock) -> TimerHandler:
    """Return what lets go what was left at an activity, in its time."""

    async def end(key: str) -> None:
        async with database.transaction() as session:
            await service.end(session, blobs, clock, UUID(key))

    return end
