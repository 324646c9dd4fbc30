import asyncio
import logging

import pytest
from talent_kit import loops
from talent_kit.loops import Loop
from talent_kit.stopping import stop


class Counting(Loop):
    """Does so many steps and then has nothing to do; an error stands for a step that fails."""

    name = "counting"
    poll = 60.0

    def __init__(self, *steps: int | Exception) -> None:
        super().__init__()
        self.left = [*steps]
        self.empty = 0
        self.idle = asyncio.Event()

    async def step(self) -> int:
        if not self.left:
            self.empty += 1
            self.idle.set()
            return 0
        done = self.left.pop(0)
        if isinstance(done, Exception):
            raise done
        return done


async def idle(loop: Counting) -> None:
    async with asyncio.timeout(5):
        await loop.idle.wait()
    loop.idle.clear()


async def test_steps_follow_one_another_until_nothing_is_left() -> None:
    loop = Counting(3, 1, 2)
    task = asyncio.create_task(loop.run())
    await idle(loop)
    assert loop.left == []
    await asyncio.sleep(0.01)
    assert loop.empty == 1, "it rests"
    await stop([task])


async def test_whoever_rests_is_woken() -> None:
    loop = Counting()
    task = asyncio.create_task(loop.run())
    await idle(loop)
    loop.left.append(1)
    loop.wake()
    await idle(loop)
    assert loop.left == []
    await stop([task])


async def test_looks_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "poll", 0.001)
    loop = Counting()
    task = asyncio.create_task(loop.run())
    await idle(loop)
    await idle(loop)
    await stop([task])


async def test_a_step_that_fails_is_told_without_its_text_and_work_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loops, "_PAUSE", 0.0)
    loop = Counting(1, ValueError("110101199003070476"), 1)
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(loop.run())
        await idle(loop)
    await stop([task])
    assert loop.left == []
    [record] = [each for each in caplog.records if each.name == "talent_kit.loops"]
    assert (record.__dict__["loop"], record.__dict__["error"]) == ("counting", "ValueError")
    assert record.exc_info is None
    assert "110101199003070476" not in caplog.text
