"""Transactions of texts alone: as good as any other, on one connection that is kept."""

import asyncio

import pytest
from sqlalchemy import text
from talent_contracts import CodeIssued
from talent_kit import shortcut
from talent_kit.database import is_transient, is_unstorable
from talent_kit.identifiers import new_id
from talent_kit.outbox import outbox_figures, save_event

PID = text("SELECT pg_backend_pid() AS pid")
ADD = text("INSERT INTO seat SELECT * FROM unnest(CAST(:n AS int[]), CAST(:who AS text[]))")
ALL = text("SELECT n, holder FROM seat WHERE n >= :least OR n = :least ORDER BY n")


@pytest.fixture
async def database(sample):
    async with sample.service.database.transaction() as session:
        await session.execute(text("CREATE TABLE seat (n int PRIMARY KEY, holder text)"))
    return sample.service.database


async def seats(database):
    async with database.short_transaction() as session:
        return [(row.n, row[1]) for row in (await session.execute(ALL, {"least": 0})).all()]


async def add(database, n, who="anna"):
    async with database.short_transaction() as session:
        await session.execute(ADD, {"n": [n], "who": [who]})


async def pid(database):
    async with database.short_transaction() as session:
        [row] = await session.execute(PID, {})
        return row.pid


async def test_it_commits_at_its_end_and_rolls_back_on_an_error(database):
    await add(database, 1)
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with database.short_transaction() as session:
            await session.execute(ADD, {"n": [2], "who": ["bert"]})
            raise LookupError
    assert await seats(database) == [(1, "anna")]


async def test_a_column_that_is_not_there_is_no_attribute(database):
    async with database.short_transaction() as session:
        [row] = await session.execute(PID, {})
        assert not hasattr(row, "holder")
        assert tuple(row[:-1]) == ()


async def test_its_events_are_saved_with_it(sample, database):
    woken = []
    database.wakeup.notify = lambda *loops: woken.extend(loops)

    async def save(fails):
        async with database.short_transaction() as session:
            event = CodeIssued(version=1, talent_id=new_id(), serial=1)
            await save_event(session, sample.clock, event)
            if fails:
                raise LookupError

    await save(fails=False)
    with pytest.raises(LookupError):
        await save(fails=True)
    async with database.transaction() as session:
        assert (await outbox_figures(session, sample.clock))["waiting"] == 1
    assert woken == ["relay"]


async def test_the_connection_is_kept_but_not_after_an_error_or_a_rest(database, monkeypatch):
    first = await pid(database)
    assert await pid(database) == first
    await add(database, 1)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind is what is tested
        await add(database, 1)
    assert not is_transient(caught.value)
    second = await pid(database)
    assert second != first
    monkeypatch.setattr(shortcut, "_IDLE", 0.0)
    assert await pid(database) != second


async def test_one_that_the_server_cut_is_replaced_and_one_under_way_may_pass(database):
    await seats(database)
    cut = text("SELECT pg_terminate_backend(:pid)")
    known = await pid(database)
    async with database.transaction() as session:
        await session.execute(cut, {"pid": known})
    await asyncio.sleep(0.05)
    assert await seats(database) == []
    with pytest.raises(Exception) as caught:  # noqa: PT011, PT012
        async with database.short_transaction() as session:
            [row] = await session.execute(PID, {})
            async with database.transaction() as other:
                await other.execute(cut, {"pid": row.pid})
            await asyncio.sleep(0.05)
            await session.execute(ALL, {"least": 0})
    assert is_transient(caught.value)
    assert await seats(database) == []


async def test_what_no_column_can_hold_is_told_apart(database):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        await add(database, 1, "a\0b")
    assert is_unstorable(caught.value)
    assert not is_transient(caught.value)


async def test_they_wait_for_one_another_and_who_gives_up_leaves_nothing(database):
    inside = asyncio.Event()

    async def long():
        async with database.short_transaction() as session:
            await session.execute(ADD, {"n": [1], "who": ["anna"]})
            inside.set()
            await asyncio.sleep(60)

    first = asyncio.create_task(long())
    await inside.wait()
    second = asyncio.create_task(add(database, 2))
    await asyncio.sleep(0.05)
    assert not second.done()
    first.cancel()
    await second
    assert await seats(database) == [(2, "anna")]
