"""A task ends even where the first cancellation is lost in an error."""

import asyncio

from talent_kit import stopping


async def test_a_task_that_loses_a_cancellation_is_told_again(monkeypatch):
    monkeypatch.setattr(stopping, "_AGAIN", 0.01)
    lost = []

    async def goes_on():
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if len(lost) == 2:
                    raise
                lost.append("connection broke")

    tasks = [asyncio.create_task(goes_on()), asyncio.create_task(asyncio.sleep(3600))]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await stopping.stop(tasks)
    assert all(task.cancelled() for task in tasks)
    assert len(lost) == 2


async def test_what_has_ended_or_fails_is_no_obstacle():
    async def fails():
        raise ValueError

    tasks = [asyncio.create_task(fails()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.wait(tasks)
    async with asyncio.timeout(5):
        await stopping.stop(tasks)
        await stopping.stop([])
