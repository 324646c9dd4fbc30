"""What is done for payments by itself: asking and closing, refunds, the daily comparison.

No call to the provider happens inside a transaction. Every step may run again: what was said before
changes nothing, and a refund has a number.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from talent_kit.calls import CallFailed, CallRefused
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.service import Service
from talent_kit.timers import set_timer

from ..charges.service import FIRST_LOOK, LOOK_TIMER, REFUND_TIMER
from ..models import PaymentOrder
from ..registrations import repository as registrations
from ..registrations.rules import Status
from . import repository, settling
from .provider import OrderSeen, Provider
from .repository import COMPARE_TIMER, DAILY

log = logging.getLogger(__name__)

R = TypeVar("R")

PATIENCE = timedelta(minutes=5)
"""For how long after its end a seat is kept where the provider cannot say whether it is paid."""
REST = timedelta(seconds=5)
"""For which a provider that did not answer is left alone: waiting takes the place of other work."""
_LONGEST_PAUSE = 3600
_DAY = timedelta(days=1)


class Asker:
    """Asks the provider; while it does not answer, it is not asked."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self.provider = provider
        self._clock = clock
        self._until: datetime | None = None

    def resting(self) -> datetime | None:
        """Return until when nothing is asked, None where anything may be."""
        resting = self._until is not None and self._clock.now() < self._until
        return self._until if resting else None

    async def __call__(self, call: Callable[[Provider], Awaitable[R]]) -> R | None:
        """Return what a call is answered, None where nothing is known."""
        if self.resting() is not None:
            return None
        try:
            return await call(self.provider)
        except CallRefused:
            log.warning("the payment provider refused")
        except CallFailed:
            self._until = self._clock.now() + REST
            log.info("the payment provider did not answer")
        return None


class Look:
    """Timer handler of LOOK_TIMER: asks for an order in time, and closes it when its time is over.

    Seats are given up once the provider has closed the order, so that nobody pays for one that is
    gone, or PATIENCE after its end; what is paid then goes back.
    """

    def __init__(self, service: Service, ask: Asker) -> None:
        self._service, self._ask = service, ask

    async def __call__(self, key: str) -> None:
        order_id, now = UUID(key), self._service.clock.now()
        async with self._service.database.transaction() as session:
            order = await repository.order(session, order_id)
            if order is None or order.status != "open":
                return
            row = await registrations.by_id(session, order.registration_id)
            kept = row is not None and row.status == Status.AWAITING
            over, late = now >= order.expires_at, now >= order.expires_at + PATIENCE
        closing = over or not kept
        seen: OrderSeen | None
        if closing:
            seen = await self._ask(lambda provider: provider.end(order_id))
        else:
            seen = await self._ask(lambda provider: provider.ask(order_id))
        async with self._service.database.transaction() as session:
            order = await settling.take(
                session, self._service.clock, order_id, seen, give_up=closing and late
            )
            if order is not None and order.status == "open":
                due = now + FIRST_LOOK if closing else _next(order, now)
                await set_timer(session, LOOK_TIMER, key, due)


def _next(order: PaymentOrder, now: datetime) -> datetime:
    """Return when an order is asked for again: each time after twice as long, and at its end."""
    return min(order.expires_at, now + max(FIRST_LOOK, now - order.made_at))


class Refunds:
    """Timer handler of REFUND_TIMER: sends a refund under its number until it is made."""

    def __init__(self, service: Service, ask: Asker) -> None:
        self._service, self._ask = service, ask

    async def __call__(self, key: str) -> None:
        refund_id = UUID(key)
        async with self._service.database.transaction() as session:
            refund = await repository.refund(session, refund_id)
            if refund is None or refund.status == "made":
                return
            if (until := self._ask.resting()) is not None:
                await set_timer(session, REFUND_TIMER, key, until)
                return
        wanted = refund.id, refund.payment_id, refund.amount_fen
        made_at = await self._ask(lambda provider: provider.refund(*wanted))
        async with self._service.database.transaction() as session:
            if made_at is not None:
                await settling.refunded(session, refund_id, made_at)
                return
            refund = await repository.refund(session, refund_id, lock=True)
            if refund is not None and refund.status != "made":
                refund.tries += 1
                pause = timedelta(seconds=min(2**refund.tries, _LONGEST_PAUSE))
                await set_timer(session, REFUND_TIMER, key, self._service.clock.now() + pause)


class Compare:
    """Timer handler of COMPARE_TIMER: our entries beside the provider's statement, day by day.

    What the statement tells of our orders and nobody told us is taken first; the rest is a
    difference. Raises what the provider's port does, and is tried again then.
    """

    def __init__(self, service: Service, provider: Provider, region: str) -> None:
        self._service, self._provider, self._region = service, provider, region

    async def __call__(self, _: str) -> None:
        now = self._service.clock.now()
        today = local_date(now)
        async with self._service.database.transaction() as session:
            since = await repository.next_day(session)
        if since is not None and since < today:
            await self._compare(since, today - _DAY, now)
        async with self._service.database.transaction() as session:
            due = local_midnight(today + _DAY) + settling.COMPARED_AFTER
            await set_timer(session, COMPARE_TIMER, DAILY, due)

    async def _compare(self, since: date, until: date, now: datetime) -> None:
        database, clock = self._service.database, self._service.clock
        begins, ends = local_midnight(since), local_midnight(until + _DAY)
        async for lines in self._provider.statement(begins, ends):
            async with database.transaction() as session:
                await repository.keep(session, lines)
        async with database.transaction() as session:
            payments = await repository.unheard(session, begins, ends)
            refunds = await repository.unconfirmed(session, begins, ends)
        for seen in payments:
            async with database.transaction() as session:
                await settling.take(session, clock, seen.number, seen)
        for refund_id, made_at in refunds:
            async with database.transaction() as session:
                await settling.refunded(session, refund_id, made_at)
        given = {"begins": begins, "ends": ends, "region": self._region, "now": now}
        async with database.transaction() as session:
            await repository.compare(session, since, until, given)
