"""What statements are seen to lock, and that locks out of order are seen."""

import pytest
from sqlalchemy import text
from talent_postdoc.models import Base

from .locks import GUARDED, ORDER, LockOrder, taken


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT id FROM station WHERE id = 1", []),
        ("SELECT id \nFROM station WHERE id = 1 FOR UPDATE", [("station", True)]),
        ('SELECT id FROM "position" FOR SHARE', [("position", True)]),
        ("SELECT id FROM station FOR UPDATE SKIP LOCKED", [("station", False)]),
        (
            "SELECT told.id FROM station_warning AS told JOIN last ON true FOR UPDATE OF told",
            [("station_warning", True)],
        ),
        ("UPDATE fellow SET version = 2", [("fellow", True)]),
        ("INSERT INTO station_entry (id) VALUES (1)", [("station", True)]),
    ],
)
def test_what_a_statement_locks(statement, expected):
    assert list(taken(statement)) == expected


def test_the_order_names_tables_and_each_once():
    assert set(ORDER) <= set(Base.metadata.tables) | {"review"}
    assert len(set(ORDER)) == len(ORDER)
    assert not GUARDED & set(ORDER)


async def test_locks_out_of_order_are_seen(world):
    watch = LockOrder()
    try:
        async with world.running.service.database.transaction() as session:
            await session.execute(text("SELECT id FROM fellow FOR UPDATE"))
            await session.execute(text("SELECT id FROM station FOR UPDATE"))
        assert watch.broken == []
        async with world.running.service.database.transaction() as session:
            await session.execute(text("SELECT id FROM station FOR UPDATE"))
            await session.execute(text("SELECT id FROM position FOR UPDATE SKIP LOCKED"))
        assert watch.broken == []
        async with world.running.service.database.transaction() as session:
            await session.execute(text("SELECT id FROM station FOR UPDATE"))
            await session.execute(text("UPDATE postdoc_grant SET version = 2"))
    finally:
        watch.close()
    (broken,) = watch.broken
    assert broken.startswith("postdoc_grant after station")
