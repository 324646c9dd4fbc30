"""Deadlines follow what their subject now is."""

from datetime import date
from uuid import uuid4

from talent_postdoc.deadlines.service import Due, Subject, keep

SUBJECT = Subject("fellow", uuid4(), "350702")


def due(kind, day):
    return Due(kind, day, date(day.year, day.month, 1))


async def kept(world, *wanted):
    async with world.running.service.database.transaction() as session:
        await keep(session, world.running.clock, SUBJECT, wanted)
    rows = await world.rows("SELECT kind, due_on, met_on, version FROM deadline ORDER BY kind")
    return [tuple(row) for row in rows]


async def test_what_is_not_due_any_more_is_met_and_what_moves_is_told_of_anew(world):
    first, later = date(2026, 12, 1), date(2027, 1, 15)
    assert await kept(world, due("opening", first), due("midterm", later)) == [
        ("midterm", later, None, 1),
        ("opening", first, None, 1),
    ]
    assert await kept(world, due("midterm", later)) == [
        ("midterm", later, None, 1),
        ("opening", first, date(2026, 9, 1), 2),
    ]
    await world.rows("UPDATE deadline SET reminded_at = now() RETURNING 1")
    moved = date(2027, 2, 15)
    assert (await kept(world, due("midterm", moved)))[0] == ("midterm", moved, None, 2)
    (row,) = await world.rows("SELECT reminded_at FROM deadline WHERE kind = 'midterm'")
    assert row.reminded_at is None


async def test_keeping_the_same_again_changes_nothing(world):
    again = (due("midterm", date(2027, 1, 15)),)
    assert await kept(world, *again) == await kept(world, *again)
