"""Telling of deadlines: ahead of the day, and once it is over."""

from collections.abc import Sequence
from typing import Any

from talent_contracts import DeadlineEscalated, DeadlineReminded, DeadlineState
from talent_kit.clock import local_date
from talent_kit.database import plan_anew
from talent_kit.loops import Loop
from talent_kit.outbox import save_events
from talent_kit.service import Service

from . import repository

BATCH = 500
"""Most deadlines of one transaction: so long are they locked, for who changes one of them."""


class Sweep(Loop):
    """Marks what is due and tells of it in one transaction, so that each is told of once.

    Several may run: each takes what no other holds.
    """

    name = "deadlines"
    poll = 60.0
    """A look costs two walks down an index where nothing is due: the day changes, deadlines in the
    past are recorded, and a clock may be set."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._database = service.database
        self._clock = service.clock

    async def step(self) -> int:
        """Tell of one batch; return how many deadlines that were."""
        now = self._clock.now()
        today = local_date(now)
        async with self._database.transaction() as session:
            await plan_anew(session)
            over = await repository.escalated(session, now, today, BATCH)
            near = await repository.reminded(session, now, today, BATCH - len(over))
            events = [*_events(DeadlineEscalated, over), *_events(DeadlineReminded, near)]
            await save_events(session, self._clock, events)
        return len(events)


def _events(kind: type[DeadlineState], rows: Sequence[Any]) -> list[DeadlineState]:
    return [
        kind(
            deadline_id=row.id,
            kind=row.kind,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            station_id=row.station_id,
            employer_id=row.unit_id,
            talent_id=row.talent_id,
            region=row.region,
            due_on=row.due_on,
            version=row.version,
        )
        for row in rows
    ]
