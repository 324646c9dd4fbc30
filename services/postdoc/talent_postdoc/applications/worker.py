"""What happens to applications for stations by themselves: whom they name goes in time."""

from uuid import UUID

from talent_kit.service import Service
from talent_kit.timers import TimerHandler

from . import keeping


def kept_handler(service: Service) -> TimerHandler:
    """Return what forgets the advisors of a decided application whose days are over."""

    async def end(key: str) -> None:
        async with service.database.transaction() as session:
            await keeping.forget_when_over(session, service.clock, UUID(key))

    return end
