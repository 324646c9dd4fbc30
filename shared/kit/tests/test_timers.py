"""Timers: due at their instant, run by one, again after a crash, and never lost."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from talent_kit import timers as kit
from talent_kit.timers import Timers, set_timer
from waiting import until

SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=60)


class Handler:
    """Notes what it was asked, and does what it is told."""

    def __init__(self):
        self.ran = []
        self.then = None

    async def __call__(self, key):
        self.ran.append(key)
        if self.then is not None:
            await self.then()


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def timers(sample, handler):
    return Timers(sample.service.database, sample.clock, {"remind": handler})


@pytest.fixture
def put(sample):
    async def put(key="a", after=timedelta(), kind="remind"):
        async with sample.service.database.transaction() as session:
            await set_timer(session, kind, key, sample.clock.now() + after)

    return put


async def left(sample):
    async with sample.service.database.transaction() as session:
        rows = await session.execute(text("SELECT key, tries FROM timer ORDER BY key"))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("moved", "ran"),
    [(SECOND - timedelta(microseconds=1), []), (SECOND, ["a"]), (SECOND * 2, ["a"])],
)
async def test_a_timer_runs_from_its_instant_on(sample, timers, handler, put, moved, ran):
    await put(after=SECOND)
    sample.clock.move(moved)
    assert await timers.step() == len(ran)
    assert handler.ran == ran
    assert await left(sample) == ([] if ran else [("a", 0)])
    assert await timers.step() == 0


async def test_a_timer_of_a_kind_without_handler_waits(sample, timers, put):
    await put(kind="other")
    assert await timers.step() == 0
    assert await left(sample) == [("a", 0)]


async def test_a_rolled_back_timer_never_runs(sample, timers, handler):
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with sample.service.database.transaction() as session:
            await set_timer(session, "remind", "a", sample.clock.now())
            raise LookupError
    assert await timers.step() == 0


async def test_setting_a_timer_again_moves_it(sample, timers, handler, put):
    await put()
    await put(after=SECOND)
    assert await timers.step() == 0
    sample.clock.move(SECOND)
    assert await timers.step() == 1
    assert handler.ran == ["a"]


async def test_the_earliest_run_first_and_a_few_at_a_time(sample, timers, handler, put):
    for n in range(9):
        await put(key=str(n), after=SECOND * (9 - n))
    sample.clock.move(SECOND * 9)
    assert [await timers.step() for _ in range(3)] == [8, 1, 0]
    assert handler.ran[8:] == ["0"]
    assert sorted(handler.ran) == [str(n) for n in range(9)]


async def test_two_workers_never_run_the_same(sample, handler, put):
    for n in range(30):
        await put(key=f"{n:02}")
    workers = [Timers(sample.service.database, sample.clock, {"remind": handler}) for _ in range(3)]
    while any(await asyncio.gather(*(worker.step() for worker in workers))):
        pass
    assert sorted(handler.ran) == [f"{n:02}" for n in range(30)]


async def crash():
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("moved", "again"), [(LEASE - timedelta(microseconds=1), 0), (LEASE, 1), (LEASE * 2, 1)]
)
async def test_after_a_crash_it_runs_again_when_the_lease_is_over(
    sample, timers, handler, put, moved, again
):
    await put()
    handler.then = crash
    with pytest.raises(asyncio.CancelledError):
        await timers.step()
    handler.then = None
    sample.clock.move(moved)
    assert await timers.step() == again
    assert len(handler.ran) == 1 + again


@pytest.mark.parametrize("after", [timedelta(), SECOND, LEASE, LEASE * 2], ids=str)
async def test_a_handler_may_set_its_own_timer_anew(sample, timers, handler, put, after):
    """Also for the very instant at which its lease ends."""
    await put()

    async def again():
        handler.then = None
        await put(after=after)

    handler.then = again
    assert await timers.step() == 1
    assert await left(sample) == [("a", 0)]
    sample.clock.move(after)
    assert await timers.step() == 1
    assert handler.ran == ["a", "a"]
    assert await left(sample) == []


async def fail():
    raise LookupError("zhangsan")


async def test_a_failing_timer_is_tried_later_and_later(sample, timers, handler, put, caplog):
    await put()
    handler.then = fail
    for tries, pause in enumerate([2, 4, 8, 16, 32, 64, 128, 256, 300, 300], start=1):
        assert await timers.step() == 1
        assert await left(sample) == [("a", tries)]
        sample.clock.move(timedelta(seconds=pause, microseconds=-1))
        assert await timers.step() == 0
        sample.clock.move(timedelta(microseconds=1))
    handler.then = None
    assert await timers.step() == 1
    assert await left(sample) == []
    assert "zhangsan" not in caplog.text


async def test_one_failure_does_not_hold_up_the_others(sample, handler, put):
    async def bad(key):
        raise LookupError

    timers = Timers(sample.service.database, sample.clock, {"remind": handler, "bad": bad})
    await put(kind="bad", key="x")
    await put(key="a", after=timedelta(microseconds=1))
    sample.clock.move(SECOND)
    assert await timers.step() == 2
    assert handler.ran == ["a"]
    assert await left(sample) == [("x", 1)]


async def test_who_comes_back_after_the_lease_does_not_remove_the_other_s_claim(
    sample, handler, put
):
    """The slow one ends while the second runs; the timer stays until the second ends."""
    first, second = asyncio.Event(), asyncio.Event()
    gates = [first, second]

    async def slow(key):
        handler.ran.append(key)
        await gates[len(handler.ran) - 1].wait()

    await put()
    one, two = (Timers(sample.service.database, sample.clock, {"remind": slow}) for _ in range(2))
    running = [asyncio.create_task(one.step())]
    await asyncio.sleep(0.05)
    sample.clock.move(LEASE)
    running.append(asyncio.create_task(two.step()))
    await asyncio.sleep(0.05)
    first.set()
    await running[0]
    assert await left(sample) == [("a", 2)]
    second.set()
    await running[1]
    assert await left(sample) == []


async def test_a_commit_with_a_timer_wakes_the_worker(sample, handler, put, monkeypatch):
    monkeypatch.setattr(kit, "_POLL", 60.0)
    worker = Timers(sample.service.database, sample.clock, {"remind": handler})
    listening = asyncio.create_task(sample.service.database.wakeup.listen(lambda _: worker.wake()))
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.3)
    await put()
    await until(lambda: handler.ran)
    for task in (listening, running):
        task.cancel()
    await asyncio.gather(listening, running, return_exceptions=True)


async def test_a_slow_timer_takes_one_place_and_holds_up_no_other(sample, put, monkeypatch):
    monkeypatch.setattr(kit, "_POLL", 60.0)
    ran, leave = [], asyncio.Event()

    async def handle(key):
        ran.append(key)
        if key == "slow":
            await leave.wait()

    timers = Timers(sample.service.database, sample.clock, {"remind": handle}, concurrency=2)
    await put(key="slow")
    sample.clock.move(SECOND)
    for n in range(5):
        await put(key=str(n))
    running = asyncio.create_task(timers.run())
    await until(lambda: len(ran) == 6)
    assert ran[0] == "slow"
    await until(lambda: left_alone(sample))
    leave.set()
    await until(lambda: nothing_left(sample))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def left_alone(sample):
    return [key for key, _ in await left(sample)] == ["slow"]


async def nothing_left(sample):
    return await left(sample) == []


async def test_stopping_breaks_off_what_runs_and_leaves_it_to_the_lease(sample, put):
    entered = asyncio.Event()

    async def handle(key):
        entered.set()
        await asyncio.sleep(3600)

    timers = Timers(sample.service.database, sample.clock, {"remind": handle})
    await put()
    running = asyncio.create_task(timers.run())
    await entered.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await left(sample) == [("a", 1)]
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("timer-")]
