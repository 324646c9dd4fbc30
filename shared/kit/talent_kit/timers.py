"""Timed work as rows, saved in the business transaction and claimed by the worker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession

from . import tables
from .bulk import insert_many
from .clock import Clock
from .database import Database, wake
from .identifiers import new_id
from .stopping import stop
from .wakeup import rest

log = logging.getLogger(__name__)

TimerHandler = Callable[[str], Awaitable[None]]
"""Takes the timer's key; opens its own transactions, so that no remote call happens inside one.

The timer is removed soon after the handler returns, together with others: a crash until then runs
it again, so it must be repeatable.
"""

_MOVING = "ON CONFLICT (kind, key) DO UPDATE SET due = excluded.due, id = excluded.id, tries = 0"
_POLL = 1.0
_GATHER = 0.2
"""Seconds after timers were claimed: what falls due meanwhile is claimed together, the first at
once. Where handlers take all that is there, as with orders, that saves half of the CPU time at 20
and at 100 a second (bench_gather) for 0.1 s, and no timer's work is in such a hurry."""
_LONGEST_PAUSE = 300


async def set_timer(session: AsyncSession, kind: str, key: str, due: datetime) -> None:
    """Set or move the timer of this kind and key, within the business transaction."""
    await set_timers(session, kind, {key: due})


async def set_timers(session: AsyncSession, kind: str, due: Mapping[str, datetime]) -> None:
    """Set or move the timers of this kind, each key with its instant, in their order."""
    if due:
        rows = [{"id": new_id(), "kind": kind, "key": key, "due": due[key]} for key in due]
        await insert_many(session, tables.timer, rows, _MOVING)
        wake(session, "timers")


@dataclass(frozen=True)
class Claim:
    """A timer that this worker holds for the length of the lease."""

    id: UUID
    kind: str
    key: str
    tries: int
    lease: datetime


class Timers:
    """Claims due timers and runs their handlers, some beside one another."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, TimerHandler],
        *,
        concurrency: int = 8,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._concurrency = concurrency
        self._lease = lease
        self._done: list[Claim] = []
        """What ran well and is still to be removed."""
        self._work = asyncio.Event()

    def wake(self) -> None:
        self._work.set()

    async def run(self) -> None:
        """Run due timers until cancelled; a slow one takes one place and holds up no other."""
        running: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            running.discard(task)
            self._work.set()

        try:
            while True:
                self._work.clear()
                room = self._concurrency - len(running)
                claims = await self._claims(room) if room or self._done else []
                for claim in claims:
                    task = asyncio.create_task(self._watched(claim), name=f"timer-{claim.kind}")
                    running.add(task)
                    task.add_done_callback(ended)
                if len(claims) == room or not claims:
                    await rest(self._work, _POLL)
                if claims:
                    await asyncio.sleep(_GATHER)
        finally:
            await stop(running)

    async def _claims(self, most: int) -> list[Claim]:
        try:
            return await self._claim(most)
        except Exception as error:
            log.warning("timers failed", extra={"error": type(error).__name__})
            return []

    async def _watched(self, claim: Claim) -> None:
        try:
            await self._run(claim)
        except Exception as error:  # its lease ends, and it runs again
            log.warning("timer failed", extra={"kind": claim.kind, "error": type(error).__name__})

    async def step(self) -> int:
        """Claim and run one batch of due timers; return how many."""
        claims = await self._claim(self._concurrency)
        outcomes = await asyncio.gather(
            *(self._run(claim) for claim in claims), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        if claims:
            await self._claim(0)
        return len(claims)

    async def _claim(self, most: int) -> list[Claim]:
        """Remove the timers that ran well, unless they were set anew, and claim others."""
        now = self._clock.now()
        done = list(self._done)
        lease = now + self._lease
        given = {"now": now, "kinds": list(self._handlers), "most": most, "lease": lease}
        async with self._database.transaction() as session:
            if done:
                held = {"ids": [each.id for each in done], "leases": [each.lease for each in done]}
                await session.execute(_REMOVE, held)
            rows = (await session.execute(_CLAIM, given)).all() if most else []
        del self._done[: len(done)]
        return [Claim(row.id, row.kind, row.key, row.tries, lease) for row in rows]

    async def _run(self, claim: Claim) -> None:
        try:
            await self._handlers[claim.kind](claim.key)
        except Exception as error:
            pause = min(2**claim.tries, _LONGEST_PAUSE)
            log.warning(
                "timer failed",
                extra={"kind": claim.kind, "error": type(error).__name__, "pause": pause},
            )
            await self._move(claim, self._clock.now() + timedelta(seconds=pause))
        else:
            self._done.append(claim)

    async def _move(self, claim: Claim, due: datetime) -> None:
        async with self._database.transaction() as session:
            moved = {"claimed": claim.id, "lease": claim.lease, "until": due}
            await session.execute(_MOVE, moved)


# Made once: making them anew costs as much as running them.
_DUE = (
    select(tables.timer.c.id)
    .where(
        tables.timer.c.due <= bindparam("now"),
        tables.timer.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    )
    .order_by(tables.timer.c.due)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(tables.timer)
    # An array is computed once; a subquery may be run again, and lock other rows.
    .where(tables.timer.c.id == any_(func.array(_DUE.scalar_subquery())))
    .values(due=bindparam("lease"), tries=tables.timer.c.tries + 1)
    .returning(tables.timer.c.id, tables.timer.c.kind, tables.timer.c.key, tables.timer.c.tries)
)
# Setting a timer anew changes its id; another worker's claim after this lease, its due.
_MOVE = (
    update(tables.timer)
    .where(tables.timer.c.id == bindparam("claimed"), tables.timer.c.due == bindparam("lease"))
    .values(due=bindparam("until"))
)
_HELD = select(
    func.unnest(bindparam("ids", type_=ARRAY(Uuid))).label("id"),
    func.unnest(bindparam("leases", type_=ARRAY(DateTime(timezone=True)))).label("lease"),
).subquery()
_REMOVE = delete(tables.timer).where(
    tables.timer.c.id == _HELD.c.id, tables.timer.c.due == _HELD.c.lease
)
