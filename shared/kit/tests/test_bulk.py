"""Many rows by one statement: in their order, of every type, none at all."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from talent_kit import tables
from talent_kit.bulk import insert_many

AT = datetime(2026, 3, 1, tzinfo=UTC)


def entry(number, **changes):
    return {
        "at": AT,
        "actor": "someone",
        "action": "note.read",
        "subject": f"note:{number}",
        "region": None,
        "purpose": None,
        "request_id": None,
        "detail": {"词": [number, None, "it's :x"]},
    } | changes


async def rows_of(sample, columns):
    async with sample.service.database.transaction() as session:
        query = text(f"SELECT {columns} FROM audit ORDER BY position")
        return [tuple(row) for row in await session.execute(query)]


async def test_rows_keep_their_order_and_their_values(sample):
    async with sample.service.database.transaction() as session:
        await insert_many(session, tables.audit, [entry(n) for n in range(1_000)])
        await insert_many(session, tables.audit, [entry(1_000, region="350702")])
    found = await rows_of(sample, "subject, region, detail, at")
    assert [row[0] for row in found] == [f"note:{n}" for n in range(1_001)]
    assert found[0][1:] == (None, {"词": [0, None, "it's :x"]}, AT)
    assert found[-1][1] == "350702"


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_the_same_in_every_row_is_given_once(sample, count):
    own = [{"subject": f"note:{n}", "region": None} for n in range(count)]
    same = {name: value for name, value in entry(0).items() if name not in own[0]}
    async with sample.service.database.transaction() as session:
        await insert_many(session, tables.audit, own, same=same)
    found = await rows_of(sample, "subject, at, actor, request_id, detail")
    told = (AT, "someone", None, {"词": [0, None, "it's :x"]})
    assert found == [(f"note:{n}", *told) for n in range(count)]


async def test_no_rows_are_no_statement(sample):
    async with sample.service.database.transaction() as session:
        await insert_many(session, tables.audit, [])
    assert await rows_of(sample, "subject") == []


async def test_what_is_returned_are_the_rows_that_were_inserted(sample):
    row = {"direction": "published", "type": "a", "events": 1}
    ending = "ON CONFLICT DO NOTHING RETURNING type"
    async with sample.service.database.transaction() as session:
        first = await insert_many(session, tables.event_count, [row], ending)
        both = [row, row | {"type": "b"}]
        second = await insert_many(session, tables.event_count, both, ending)
    assert [[found.type for found in made] for made in (first, second)] == [["a"], ["b"]]
