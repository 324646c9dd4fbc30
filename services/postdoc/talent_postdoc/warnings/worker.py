"""What the clock alone brings about: warnings of idle stations, and what follows from warnings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.service import Service
from talent_kit.wakeup import rest

from . import service as warnings

log = logging.getLogger(__name__)

_POLL = 60.0
"""Seconds until the next look, which costs some queries: days pass, and a clock may be set."""
_PAUSE = 1.0
Step = Callable[[AsyncSession, Clock], Awaitable[int]]
"""Takes one batch in one transaction; returns how much it was, 0 where nothing is left."""
_STEPS: Sequence[Step] = (warnings.end_by_themselves, warnings.follow_up, warnings.warn_idle)
"""In this order: who recruited at last is not suspended."""


class Watch:
    """Looks at stations by the clock, some hundred in a transaction, each once.

    Several may run: each takes what no other holds.
    """

    name = "warnings"

    def __init__(self, service: Service, steps: Sequence[Step] = _STEPS) -> None:
        self._steps = steps
        self._database = service.database
        self._clock = service.clock
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Nothing that is committed makes a day pass."""

    async def run(self) -> None:
        """Look until cancelled: at once, and then from time to time."""
        while True:
            try:
                while await self.step():
                    pass
                await rest(self._work, _POLL)
            except Exception as error:
                log.warning("stations not looked at", extra={"error": type(error).__name__})
                await asyncio.sleep(_PAUSE)

    async def step(self) -> int:
        """Take one batch of each kind; return how many stations something happened to."""
        done = 0
        for step in self._steps:
            async with self._database.transaction() as session:
                done += await step(session, self._clock)
        return done
