"""A worker's steady work: a step at a time, and rest where there is none."""

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import ClassVar

from .logs import kinds
from .wakeup import rest

log = logging.getLogger(__name__)

_PAUSE = 1.0


class Loop(ABC):
    """Work that goes on until cancelled; what fails is logged, and tried again after a second."""

    name: ClassVar[str]
    poll: ClassVar[float]
    """Seconds until the next look where nobody wakes it."""

    def __init__(self) -> None:
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Look for work now; called on each signal of committed work."""
        self._work.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._work.clear()
            try:
                if not await self.step():
                    await rest(self._work, self.poll)
            except Exception as error:
                log.warning("a loop failed", extra={"loop": self.name, "error": kinds(error)})
                await asyncio.sleep(_PAUSE)

    @abstractmethod
    async def step(self) -> int:
        """Do what one transaction holds; return how much that was, 0 where there is none."""
