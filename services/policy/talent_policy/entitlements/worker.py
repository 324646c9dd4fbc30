"""The loop that matches what is marked, and populations when packs or the day change."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import date

from talent_kit.clock import local_date
from talent_kit.database import is_transient, plan_anew
from talent_kit.loops import Loop
from talent_kit.service import Service

from ..library.cache import PackCache
from ..library.parts import Parts
from . import marks, runs, service
from .marks import Held, Subject

log = logging.getLogger(__name__)

BATCH = 500
"""Most subjects in one transaction; it ends before a fresh change has waited long."""
MANY = 50
"""Subjects from which the statements of a batch are planned for it, and a second hand helps."""


class _Hand(Loop):
    """Takes marks in batches, single changes first."""

    def __init__(self, parts_of: Service, packs: PackCache) -> None:
        super().__init__()
        self._database = parts_of.database
        self._parts = Parts(clock=parts_of.clock, vault=parts_of.vault, packs=packs)
        self._most = BATCH

    async def step(self) -> int:
        """Match one batch, or go on with a run; return how many subjects or steps that was."""
        held: Mapping[Subject, Held] = {}
        try:
            async with self._database.transaction() as session:
                held = await marks.take(session, self._most)
                if len(held) > MANY:
                    await plan_anew(session)
                if held:
                    await service.match(session, self._parts, held)
                else:
                    return await runs.go_on(session, self._parts.clock, self._parts.packs)
        except Exception as error:
            if is_transient(error) or not held:
                raise
            log.warning("a batch failed", extra={"error": type(error).__name__, "of": len(held)})
            await self._without_the_faulty(held)
            return len(held)
        self._most = min(2 * self._most, BATCH)
        return len(held)

    async def _without_the_faulty(self, held: Mapping[Subject, Held]) -> None:
        """Find the subject that spoils a batch by halves, and let the others go on without it."""
        if len(held) > 1:
            self._most = max(1, len(held) // 2)
            return
        async with self._database.transaction() as session:
            await service.set_aside(session, self._parts, held)
        for subject in held:
            log.error("subject set aside", extra={"kind": subject.kind, "subject": subject.id})


class _Beside(_Hand):
    """A second hand, which does nothing before it is woken, and rests when nothing is left."""

    name = "matching-beside"
    poll = 60.0

    def __init__(self, parts_of: Service, packs: PackCache, wake_first: Callable[[], None]) -> None:
        super().__init__(parts_of, packs)
        self._wake_first = wake_first

    async def run(self) -> None:
        await self._work.wait()
        await super().run()

    async def step(self) -> int:
        done = await super().step()
        if done:
            # The first rests where this one held all that was marked, or the run itself.
            self._wake_first()
        return done


class Matcher(_Hand):
    """Matches what is marked; several may run, also in several processes.

    Where much is marked a second hand works beside the first: the database does the one's batch
    while the other's is judged.
    """

    name = "matching"
    poll = 1.0

    def __init__(self, parts_of: Service, packs: PackCache) -> None:
        super().__init__(parts_of, packs)
        self._beside = _Beside(parts_of, packs, self.wake)
        self._day: date | None = None

    async def run(self) -> None:
        async with asyncio.TaskGroup() as hands:
            hands.create_task(super().run())
            hands.create_task(self._beside.run())

    async def step(self) -> int:
        """Do a hand's step; every subject is matched once a day, as what it comes to depends on it.

        A second hand is woken where the batch was large.
        """
        today = local_date(self._parts.clock.now())
        if self._day != today:
            async with self._database.transaction() as session:
                await runs.begin(session, self._parts.clock, "day", today.isoformat(), None)
            self._day = today
        done = await super().step()
        if done > MANY:
            self._beside.wake()
        return done
