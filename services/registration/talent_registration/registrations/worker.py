"""What happens to seats by themselves: queues served, offers that lapse, activities that end."""

from datetime import timedelta
from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.timers import TimerHandler

from ..activities.states import Status as ActivityStatus
from . import answers, repository, seating
from .rules import Status


def serve_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what looks at the queues of an activity, or ends what it leaves open."""

    async def serve(key: str) -> None:
        async with database.transaction() as session:
            for hall in (await repository.hold(session, [UUID(key)])).values():
                if hall.activity.status == ActivityStatus.PUBLISHED:
                    await seating.serve(session, clock, hall)
                else:
                    await seating.close(session, clock, hall)

    return serve


def lapse_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return what passes an offered seat on that was not taken in time."""

    async def lapse(key: str) -> None:
        async with database.transaction() as session:
            offered = await repository.by_id(session, UUID(key))
            if offered is None:
                return
            (hall,) = (await repository.hold(session, [offered.activity_id])).values()
            # Only now it stands still: the seat may have been accepted while this waited.
            offered = await repository.by_id(session, UUID(key))
            if (
                offered is not None
                and offered.offered_until is not None
                and offered.offered_until <= clock.now()
            ):
                await seating.leave(session, clock, hall, [offered], Status.LAPSED)

    return lapse


def answers_handler(database: Database, clock: Clock, kept: timedelta) -> TimerHandler:
    """Return what removes the answers to an activity that has been over for so long."""

    async def end(key: str) -> None:
        async with database.transaction() as session:
            await answers.end(session, clock, UUID(key), kept)

    return end
