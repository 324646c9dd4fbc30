"""The composition of a service's background work: relay, consumer, timers, upkeep."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from . import audit, logs, tables
from .inbox import Consumer, Subscriptions, forget_processed
from .jobs import JobKind, JobRunner
from .loops import Loop
from .outbox import Relay, outbox_figures
from .service import Service
from .stopping import stop
from .timers import TimerHandler, Timers

log = logging.getLogger(__name__)

_UPKEEP = 60.0
_MEASURE = 15.0
_INBOX_DAYS = 30


class Worker:
    """Runs beside the HTTP application, in its process or in one of its own."""

    def __init__(
        self,
        service: Service,
        subscriptions: Subscriptions,
        timers: Mapping[str, TimerHandler],
        jobs: Sequence[JobKind[Any]] = (),
        loops: Sequence[Loop] = (),
    ) -> None:
        self.service = service
        self.loops = tuple(loops)
        self.relay = Relay(service.database, service.bus)
        self.timers = Timers(
            service.database,
            service.clock,
            timers,
            lease=timedelta(seconds=service.settings.timer_lease_seconds),
        )
        self.jobs = JobRunner(service, jobs)
        meter = service.telemetry.meter
        self._waiting = meter.create_gauge("talent.outbox.waiting", "{event}", "Events not sent")
        self._oldest = meter.create_gauge("talent.outbox.oldest", "s", "Age of the oldest of them")
        self._lag = meter.create_gauge("talent.bus.lag", "{message}", "Messages not handled")
        self.consumer = Consumer(
            group=service.name,
            database=service.database,
            bus=service.bus,
            subscriptions=subscriptions,
            clock=service.clock,
            tracer=service.telemetry.tracer,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all loops until the block ends; what a loop holds is rolled back, not lost."""
        token = logs.service_name.set(self.service.name)
        loops: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("relay", self.relay.run),
            ("timers", self.timers.run),
            ("upkeep", self._keep_up),
            ("listen", self._listen),
            ("measure", self._measure),
        ]
        if self.consumer.subscriptions:
            loops.append(("consumer", self.consumer.run))
        if self.jobs.kinds:
            loops.append(("jobs", self.jobs.run))
        loops += [(loop.name, loop.run) for loop in self.loops]
        tasks = [
            asyncio.create_task(_ever(run), name=f"{self.service.name}-{name}")
            for name, run in loops
        ]
        logs.service_name.reset(token)
        try:
            yield
        finally:
            await stop(tasks)
            await self.service.close()

    async def _listen(self) -> None:
        by_name: dict[str, Callable[[], None]] = {
            "relay": self.relay.wake,
            "timers": self.timers.wake,
            "jobs": self.jobs.wake,
        } | {loop.name: loop.wake for loop in self.loops}

        def wake(loops: frozenset[str]) -> None:
            for name in loops & by_name.keys() or by_name:
                by_name[name]()

        await self.service.database.wakeup.listen(wake)

    async def upkeep(self) -> None:
        """Seal the audit log and remove what is past its days."""
        service = self.service
        await audit.seal(service.database, service.keyring, service.clock)
        async with service.database.transaction() as session:
            await forget_processed(session, service.clock, _INBOX_DAYS)
            oldest = service.clock.now() - timedelta(days=service.settings.idempotency_days)
            await session.execute(
                tables.idempotency.delete().where(tables.idempotency.c.made_at < oldest)
            )
        if self.jobs.kinds:
            await self.jobs.upkeep()
            await service.blobs.upkeep()
        await service.bus.prune(service.clock.now() - timedelta(days=service.settings.bus_days))

    async def measure(self) -> None:
        """Tell the meter how much waits: in the outbox, and on the bus for this service."""
        service = self.service
        async with service.database.transaction() as session:
            outbox = await outbox_figures(session, service.clock)
        self._waiting.set(outbox["waiting"])
        self._oldest.set(outbox["oldest_seconds"])
        for partition, messages in (await service.lag()).items():
            place: dict[str, str | int] = {
                "topic": partition.topic,
                "partition": partition.number,
            }
            self._lag.set(messages, place)

    async def _measure(self) -> None:
        while True:
            try:
                await self.measure()
            except Exception as error:
                log.warning("nothing measured", extra={"error": logs.kinds(error)})
            await asyncio.sleep(_MEASURE)

    async def _keep_up(self) -> None:
        while True:
            await self.upkeep()
            await asyncio.sleep(_UPKEEP)


async def _ever(run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop again when it ends by an error; cancelling ends it."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a worker loop ended")
            await asyncio.sleep(1)
