"""What happens to booths by themselves: they are cancelled with their activity."""

from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import service


def close_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what cancels the booths of an activity that is cancelled."""

    async def close(key: str) -> None:
        async with database.transaction() as session:
            await service.close(session, clock, UUID(key))

    return close
