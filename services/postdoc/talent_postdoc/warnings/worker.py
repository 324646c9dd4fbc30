"""What the clock alone brings about: warnings of idle stations, and what follows from warnings."""

from collections.abc import Awaitable, Callable, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock
from talent_kit.loops import Loop
from talent_kit.service import Service

from . import service as warnings

Step = Callable[[AsyncSession, Clock], Awaitable[int]]
"""Takes one batch in one transaction; returns how much it was, 0 where nothing is left."""
_STEPS: Sequence[Step] = (warnings.end_by_themselves, warnings.follow_up, warnings.warn_idle)
"""In this order: who recruited at last is not suspended."""


class Watch(Loop):
    """Looks at stations by the clock, some hundred in a transaction, each once.

    Several may run: each takes what no other holds.
    """

    name = "warnings"
    poll = 60.0
    """A look costs some queries: days pass, and a clock may be set."""

    def __init__(self, service: Service, steps: Sequence[Step] = _STEPS) -> None:
        super().__init__()
        self._steps = steps
        self._database = service.database
        self._clock = service.clock

    def wake(self) -> None:
        """Nothing that is committed makes a day pass."""

    async def step(self) -> int:
        """Take one batch of each kind; return how many stations something happened to."""
        done = 0
        for step in self._steps:
            async with self._database.transaction() as session:
                done += await step(session, self._clock)
        return done
