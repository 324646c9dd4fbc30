"""Whether the task that runs holds a connection of a database: remote calls must not be made so."""

import asyncio
from collections import Counter

from sqlalchemy import event


class Holding:
    """Counts each task's connections from now on."""

    def __init__(self, engine):
        self._taken = {}
        self._held = Counter()
        event.listen(engine.sync_engine, "checkout", self._out)
        event.listen(engine.sync_engine, "checkin", self._in)

    def nothing(self):
        return self._held[asyncio.current_task()] == 0

    def _out(self, _, record, __):
        self._taken[record] = asyncio.current_task()
        self._held[asyncio.current_task()] += 1

    def _in(self, _, record):
        self._held[self._taken.pop(record, None)] -= 1
