"""The signal «there is work» is cheap, throttled, and found again after a loss."""

import asyncio
import time

import asyncpg
import pytest
from talent_kit import wakeup as kit
from talent_kit.database import wake
from talent_kit.wakeup import CHANNEL, Wakeup, asyncpg_dsn
from waiting import until


@pytest.fixture
async def url(databases):
    return await databases.create()


@pytest.fixture
async def signals(url):
    """What listeners of the database hear."""
    heard = []
    connection = await asyncpg.connect(asyncpg_dsn(url))
    await connection.add_listener(CHANNEL, lambda *_: heard.append(time.monotonic()))
    yield heard
    connection.terminate()


async def test_a_thousand_commits_cause_few_signals(url, signals):
    wakeup = Wakeup(url)
    for _ in range(1000):
        wakeup.notify()
        await asyncio.sleep(0)
    await until(lambda: signals)
    await asyncio.sleep(0.05)
    assert 1 <= len(signals) <= 20
    await wakeup.close()


async def test_the_last_commit_is_signalled_too(url, signals):
    wakeup = Wakeup(url)
    for round_ in range(1, 4):
        wakeup.notify()
        await until(lambda n=round_: len(signals) >= n)
    await wakeup.close()


async def test_a_listener_is_woken_at_once_and_by_each_signal(url):
    wakes = []
    wakeup = Wakeup(url)
    task = asyncio.create_task(wakeup.listen(wakes.append))
    await until(lambda: wakes)
    wakeup.notify()
    await until(lambda: len(wakes) >= 2)
    task.cancel()
    await wakeup.close()


async def test_both_sides_come_back_after_their_connections_are_cut(url, monkeypatch):
    monkeypatch.setattr(kit, "_RETRY", 0.02)
    wakes = []
    wakeup = Wakeup(url)
    task = asyncio.create_task(wakeup.listen(wakes.append))
    await until(lambda: wakes)
    wakeup.notify()
    await until(lambda: len(wakes) >= 2)
    connection = await asyncpg.connect(asyncpg_dsn(url))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await until(lambda: len(wakes) >= 3)
    await asyncio.sleep(0.05)
    before = len(wakes)
    wakeup.notify()
    await until(lambda: len(wakes) > before)
    task.cancel()
    await wakeup.close()
    connection.terminate()


async def test_closing_ends_the_sender(url):
    before = asyncio.all_tasks()
    wakeup = Wakeup(url)
    wakeup.notify()
    await asyncio.sleep(0.05)
    assert len(asyncio.all_tasks() - before) == 1
    await wakeup.close()
    assert asyncio.all_tasks() <= before


async def test_a_listener_is_told_which_loops_have_work(url):
    wakes = []
    wakeup = Wakeup(url)
    task = asyncio.create_task(wakeup.listen(wakes.append))
    await until(lambda: wakes)
    assert wakes == [frozenset()]
    wakeup.notify("relay")
    wakeup.notify("timers", "relay")
    await until(lambda: len(wakes) >= 2)
    assert wakes[1:] == [frozenset({"relay", "timers"})]
    wakeup.notify()
    await until(lambda: len(wakes) >= 3)
    assert wakes[-1] == frozenset()
    task.cancel()
    await wakeup.close()


async def test_a_commit_wakes_the_loops_that_it_left_work_to(sample, monkeypatch):
    named = []
    monkeypatch.setattr(
        sample.service.database.wakeup, "notify", lambda *loops: named.append(loops)
    )
    async with sample.service.database.transaction() as session:
        wake(session, "timers")
        wake(session, "timers")
    async with sample.service.database.transaction():
        pass
    assert named == [("timers",)]
