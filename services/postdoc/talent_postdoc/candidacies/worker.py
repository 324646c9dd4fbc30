"""What happens to candidacies by themselves: what was written of them goes in time."""

from uuid import UUID

from talent_kit.service import Service
from talent_kit.timers import TimerHandler

from . import keeping


def kept_handler(service: Service) -> TimerHandler:
    """Return what removes the texts of a candidacy whose kept days are over."""

    async def end(key: str) -> None:
        async with service.database.transaction() as session:
            await keeping.remove_when_over(session, service.clock, service.blobs, UUID(key))

    return end
