"""Timed work: reading the bank's statement, booking what came in, and comparing."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_date, local_midnight
from talent_kit.service import Service
from talent_kit.timers import set_timer

from ..disbursements.bank import Bank
from ..disbursements.repository import DAILY, RECONCILE
from ..disbursements.settling import take_back
from ..models.settling import StatementLine
from ..recoveries import repository as recoveries
from ..recoveries.rules import number_in
from ..recoveries.service import repay
from . import repository

HOUR = timedelta(hours=1)
"""After midnight, when the bank has closed the day."""
_DAY = timedelta(days=1)


class Reconcile:
    """Timer handler of `statements.reconcile`: the days since the last time, or one that is named.

    Every step may run again: lines are kept by their position, repayments booked by line.
    """

    def __init__(self, service: Service, bank: Bank, region: str) -> None:
        self._service = service
        self._bank = bank
        self._region = region

    async def __call__(self, key: str) -> None:
        """Compare; raises what the bank port does, and is tried again then."""
        now = self._service.clock.now()
        today = local_date(now)
        if key != DAILY:
            await self._compare(date.fromisoformat(key), date.fromisoformat(key), now)
            return
        async with self._service.database.transaction() as session:
            since = await repository.next_day(session)
        if since is not None and since < today:
            await self._compare(since, today - _DAY, now)
        async with self._service.database.transaction() as session:
            await set_timer(session, RECONCILE, DAILY, local_midnight(today + _DAY) + HOUR)

    async def _compare(self, since: date, until: date, now: datetime) -> None:
        database = self._service.database
        begins, ends = local_midnight(since), min(local_midnight(until + _DAY), now)
        async for lines in self._bank.statement(begins, ends):
            async with database.transaction() as session:
                await repository.keep(session, lines)
        async with database.transaction() as session:
            waiting = await repository.incoming(session, since, until)
        for line in waiting:
            async with database.transaction() as session:
                await self._take(session, line.position)
        async with database.transaction() as session:
            returned = await repository.returned(session, since, until)
        for order_id in returned:
            async with database.transaction() as session:
                await take_back(session, self._service.clock, order_id)
        async with database.transaction() as session:
            await repository.compare(session, (since, until), ends, now, self._region)

    async def _take(self, session: AsyncSession, position: int) -> None:
        """Book an incoming line on the recovery that it names, as far as that is still owed."""
        line = await session.get(StatementLine, position, with_for_update=True)
        number = number_in(line.reference or "") if line and line.taken_fen == 0 else None
        recovery = await recoveries.by_number(session, number) if number is not None else None
        if line is not None and recovery is not None:
            clock, source = self._service.clock, UUID(int=position)
            line.taken_fen = await repay(session, clock, recovery, line.amount_fen, source)
