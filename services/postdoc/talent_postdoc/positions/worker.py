"""What happens to positions by themselves: they close when their last day is over."""

from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import lifecycle


def close_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what closes a position at the end of its last day."""

    async def close(key: str) -> None:
        async with database.transaction() as session:
            await lifecycle.close_when_over(session, clock, UUID(key))

    return close
