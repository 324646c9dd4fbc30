"""The worker runs beside HTTP, goes on after errors, and stops without losing what it held."""

import asyncio
from datetime import timedelta

import pytest
from kit_sample import main
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.bus import BusUnavailableError
from talent_kit.telemetry import Telemetry
from talent_kit.testing.services import fresh_key
from talent_kit.timers import set_timer
from talent_kit.worker import Worker
from waiting import until


async def number(sample, statement):
    async with sample.service.database.transaction() as session:
        return await session.scalar(text(statement))


async def post(sample, headers):
    answer = await sample.client.post(
        "/v1/notes", json={"text": "a"}, headers=headers | fresh_key()
    )
    assert answer.status_code == 201


def loops(sample):
    return [task for task in asyncio.all_tasks() if task.get_name().startswith("sample-")]


async def test_an_event_goes_all_the_way_while_it_runs(sample, talent):
    async with sample.worker.running():
        await post(sample, talent)
        await until(lambda: number(sample, "SELECT sum(applied) FROM effect"))
    assert loops(sample) == []


async def test_stopping_takes_a_moment_and_leaves_the_rest_for_the_next(factory):
    async with factory.running() as sample:
        headers = sample.issuer.headers("talent-1", Role.TALENT)
        entered = asyncio.Event()

        async def stuck(session, event):
            entered.set()
            await main.count(session, event)
            await asyncio.sleep(3600)

        worker = Worker(sample.service, {main.CodeIssued: stuck}, {})
        async with worker.running():
            await post(sample, headers)
            await entered.wait()
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 2
        assert await number(sample, "SELECT count(*) FROM effect") == 0
        async with sample.worker.running():
            await until(lambda: number(sample, "SELECT sum(applied) FROM effect"))
        assert await number(sample, "SELECT sum(applied) FROM effect") == 1


@pytest.mark.parametrize("loop", ["relay", "timers"])
async def test_a_loop_that_is_woken_in_the_moment_of_its_stop_stops(sample, loop):
    part = getattr(sample.worker, loop)
    running = asyncio.create_task(part.run())
    await asyncio.sleep(0.2)
    part.wake()
    running.cancel()
    async with asyncio.timeout(5):
        await asyncio.wait([running])
    assert running.cancelled()


async def test_a_loop_that_ends_by_an_error_is_begun_again(sample, talent, monkeypatch, caplog):
    begun, run = [], sample.worker.relay.run

    async def fail_once():
        begun.append(1)
        if len(begun) == 1:
            raise LookupError("zhangsan")
        await run()

    monkeypatch.setattr(sample.worker.relay, "run", fail_once)
    async with sample.worker.running():
        await post(sample, talent)
        await until(lambda: number(sample, "SELECT sum(applied) FROM effect"))
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == ["a worker loop ended"]


async def test_a_held_audit_log_does_not_stop_the_upkeep(sample, talent, caplog):
    await post(sample, talent)
    sample.clock.move(timedelta(days=400))
    async with sample.service.database.transaction() as holder:
        await holder.execute(text("LOCK TABLE audit IN ROW EXCLUSIVE MODE"))
        await sample.worker.upkeep()
        assert await number(sample, "SELECT count(*) FROM audit_seal") == 0
        assert await number(sample, "SELECT count(*) FROM idempotency") == 0
    await sample.worker.upkeep()
    assert await number(sample, "SELECT count(*) FROM audit_seal") == 1


async def test_timers_run_too(sample):
    ran = []

    async def remind(key):
        ran.append(key)

    worker = Worker(sample.service, {}, {"remind": remind})
    async with worker.running():
        async with sample.service.database.transaction() as session:
            await set_timer(session, "remind", "a", sample.clock.now())
        await until(lambda: ran == ["a"])
        assert not [task for task in loops(sample) if task.get_name() == "sample-consumer"]


async def test_the_application_runs_the_worker_and_closes_once_more(factory, caplog):
    async with factory.running() as sample:
        app = main.create_app(sample.service, lifespan=sample.worker.running)
        async with app.router.lifespan_context(app):
            assert len(loops(sample)) == 7
        assert loops(sample) == []
    assert [record for record in caplog.records if record.levelname != "INFO"] == []


@pytest.mark.parametrize(
    ("environment", "shift", "fine"),
    [
        ("production", timedelta(), True),
        ("production", timedelta(days=1), False),
        ("development", timedelta(days=1), True),
    ],
)
async def test_the_clock_is_not_shifted_in_production(factory, environment, shift, fine):
    running = factory.running(environment=environment, clock_shift=shift)
    if fine:
        async with running:
            return
    with pytest.raises(ValueError, match="development alone"):
        async with running:
            pass


async def test_what_waits_is_told_to_operators_and_to_the_meter(sample, talent):
    for _ in range(3):
        await post(sample, talent)
    reader = InMemoryMetricReader()
    sample.service.telemetry = Telemetry("sample", endpoint="", sample=0.0, reader=reader)
    worker = main.create_worker(sample.service)

    async def told():
        operator = sample.issuer.headers("operator-1", Role.OPERATOR)
        answer = await sample.client.get("/v1/operations/sample/events", headers=operator)
        return answer.json()["lag"]

    async def metered():
        await worker.measure()
        [resource] = reader.get_metrics_data().resource_metrics
        points = {
            metric.name: [
                (point.value, dict(point.attributes)) for point in metric.data.data_points
            ]
            for metric in resource.scope_metrics[0].metrics
        }
        assert points["talent.outbox.oldest"][0][0] >= 0
        return points["talent.outbox.waiting"][0][0], points.get("talent.bus.lag", [])

    place = {"topic": "talent.identity", "partition": 0}
    assert await told() == []
    assert await metered() == (3, [])
    await worker.relay.step()
    assert await told() == [{**place, "messages": 3}]
    assert await metered() == (0, [(3, place)])
    async with sample.service.bus.subscribe("sample", ["talent.identity"]) as subscription:
        await worker.consumer.step(subscription)
    assert await told() == [{**place, "messages": 0}]
    assert await metered() == (0, [(0, place)])


async def test_operators_are_answered_while_the_bus_is_away(sample, monkeypatch):
    async def away(*_):
        raise BusUnavailableError

    monkeypatch.setattr(sample.service.bus, "lag", away)
    operator = sample.issuer.headers("operator-1", Role.OPERATOR)
    answer = await sample.client.get("/v1/operations/sample/events", headers=operator)
    assert (answer.status_code, answer.json()["lag"]) == (200, None)
