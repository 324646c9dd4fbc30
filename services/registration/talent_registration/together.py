"""Work that comes together is decided together, each piece in its turn, by one transaction.

One transaction for each would wait for as many commits as there are callers before. Nobody is
answered before the commit, and the order is that in which they came.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.database import is_transient
from talent_kit.problems import Problem, Unavailable
from talent_kit.service import Service

log = logging.getLogger(__name__)

W = TypeVar("W")
R = TypeVar("R")
_UNHURRIED = 100
"""Most pieces that nobody stands and waits for which one transaction decides, after the others."""
_ENOUGH = 30
"""Pieces that take as much CPU time as the transaction around them; for more none are waited."""
Decide = Callable[[AsyncSession, Clock, Sequence[W]], Awaitable[Sequence[R | Problem]]]
"""Decides pieces in their order; returns what each comes to."""


class Together(Generic[W, R]):
    """What waits to be decided in one process; several processes queue at the database's locks."""

    def __init__(
        self,
        parts_of: Service,
        decide: Decide[W, R],
        *,
        together: int,
        waiting: int,
        too_many: type[Problem],
        gather: float = 0.0,
        short: bool = False,
    ) -> None:
        """Where `short`, pieces are decided by texts alone (`Database.short_transaction`).

        `gather` is how many seconds after several pieces others are waited for, unless many
        wait already. Who comes alone waits for nobody.
        """
        self._service = parts_of
        self._decide_all = decide
        self._together = together
        self._most = waiting
        self._too_many = too_many
        self._gather = gather
        self._short = short
        self._queue: deque[tuple[W, asyncio.Future[R]]] = deque()
        self._unhurried: deque[tuple[W, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def decide(self, piece: W) -> R:
        """Return what a piece comes to, once that is stored.

        Raises what speaks against it, and Unavailable where the database failed: asking again then
        finds what was stored.
        """
        if len(self._queue) >= self._most:
            raise self._too_many
        return await self._added(self._queue, piece)

    async def decide_all(self, pieces: Sequence[W]) -> list[R]:
        """Return what each of many comes to; they let single ones go first."""
        if len(self._unhurried) >= self._most:
            raise self._too_many
        return await asyncio.gather(*[self._added(self._unhurried, piece) for piece in pieces])

    def _added(self, queue: "deque[tuple[W, asyncio.Future[R]]]", piece: W) -> "asyncio.Future[R]":
        decided: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        queue.append((piece, decided))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="together")
        return decided

    async def _work(self) -> None:
        while self._queue or self._unhurried:
            batch = _taken(self._queue, self._together)
            batch += _taken(self._unhurried, min(_UNHURRIED, self._together - len(batch)))
            await self._decide(batch)
            many = bool(self._unhurried) or len(self._queue) >= _ENOUGH
            if self._gather and len(batch) > 1 and not many:
                await asyncio.sleep(self._gather)

    async def _decide(self, batch: Sequence[tuple[W, "asyncio.Future[R]"]]) -> None:
        outcomes: Sequence[R | BaseException]
        try:
            database = self._service.database
            transaction = database.short_transaction if self._short else database.transaction
            async with transaction() as session:
                outcomes = await self._decide_all(
                    session, self._service.clock, [piece for piece, _ in batch]
                )
        except Exception as error:
            if not is_transient(error) and len(batch) > 1:
                # One of them is at fault; the others should not suffer for it.
                for one in batch:
                    await self._decide([one])
                return
            log.warning("not decided", extra={"error": type(error).__name__, "of": len(batch)})
            outcomes = [Unavailable() if is_transient(error) else error] * len(batch)
        for (_, decided), outcome in zip(batch, outcomes, strict=True):
            if decided.done():
                continue  # its caller has gone
            if isinstance(outcome, BaseException):
                decided.set_exception(outcome)
            else:
                decided.set_result(outcome)


def _taken(queue: deque[W], most: int) -> list[W]:
    return [queue.popleft() for _ in range(min(most, len(queue)))]
