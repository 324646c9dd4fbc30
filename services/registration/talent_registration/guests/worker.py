"""Holds that end by themselves."""

from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from . import service


def end_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what releases the seats of a hold at its instant."""

    async def end(key: str) -> None:
        async with database.transaction() as session:
            await service.end(session, clock, UUID(key))

    return end
