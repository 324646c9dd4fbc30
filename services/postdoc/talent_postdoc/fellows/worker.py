"""What happens to fellows by itself: a notice ends."""

from datetime import timedelta
from uuid import UUID

from talent_kit.clock import local_date, local_midnight
from talent_kit.service import Service
from talent_kit.timers import TimerHandler, set_timer

from ..terms.service import terms_at
from . import repository
from .acts import Kind, Status
from .periods import notice_until
from .recording import NOTICE_TIMER, SYSTEM, Desk, append, lived


def notice_handler(service: Service) -> TimerHandler:
    """Return what ends a notice on the day after its last, unless an objection stands."""

    async def end(key: str) -> None:
        async with service.database.transaction() as session:
            fellow = await repository.by_id(session, UUID(key), for_update=True)
            if fellow is None or fellow.status != Status.NOTICE:
                return
            life = await lived(session, fellow)
            begun = life.state.notice_on
            terms = await terms_at(session, fellow.region, local_date(service.clock.now()))
            if begun is None or life.state.objections:
                return
            last = notice_until(begun, terms["ENTRY_NOTICE"])
            desk, after = Desk(session, service.clock, service.vault, SYSTEM), last + timedelta(1)
            if desk.today >= after:
                await append(desk, life, Kind.NOTICE_ENDED, after, {})
            else:  # The authority made it longer meanwhile.
                await set_timer(session, NOTICE_TIMER, key, local_midnight(after))

    return end
