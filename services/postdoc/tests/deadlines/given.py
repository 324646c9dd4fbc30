"""Deadlines to tell of."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text
from talent_kit.bulk import insert_many
from talent_kit.identifiers import new_id
from talent_postdoc.models.deadlines import Deadline

REMIND_AHEAD = timedelta(days=30)


def deadline(due_on, **changes):
    given = {
        "id": new_id(),
        "kind": "midterm",
        "subject_kind": "fellow",
        "subject_id": uuid4(),
        "station_id": uuid4(),
        "unit_id": uuid4(),
        "talent_id": uuid4(),
        "region": "350702",
        "remind_on": due_on - REMIND_AHEAD,
        "due_on": due_on,
        "met_on": None,
        "version": 1,
    }
    return given | changes


async def save(world, *rows):
    async with world.running.service.database.transaction() as session:
        await insert_many(session, Deadline.__table__, rows)


async def told(world):
    """Return of which deadlines was told, and how, in the order of telling."""
    query = "SELECT type, key FROM outbox ORDER BY position"
    return [(row.type.split(".")[-2], row.key) for row in await world.rows(query)]


async def sweep(world):
    loop, *_ = world.running.worker.loops
    while await loop.step():
        pass
    said = await told(world)
    async with world.running.service.database.transaction() as session:
        await session.execute(text("DELETE FROM outbox"))
    return said
