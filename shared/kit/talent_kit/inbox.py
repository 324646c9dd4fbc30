"""Consuming events: a message, its effects and its mark are one transaction.

Transient errors pause the partition and are tried for ever. Any other error, after a few tries,
parks the message in the consumer's own table; later messages of its key queue behind it, others
go on, and `replay_parked` handles them in order.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from opentelemetry import propagate
from opentelemetry.trace import SpanKind, Tracer
from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CloudEvent, EventData

from . import tables
from .bus import Delivery, EventBus, Partition, Subscription
from .clock import Clock
from .database import Database, is_transient
from .outbox import add_to_count, counted

log = logging.getLogger(__name__)

Handler = Callable[[AsyncSession, Any], Awaitable[None]]
"""Takes the session and the event's data; its effects must also be keyed by a business key."""

Subscriptions = Mapping[type[EventData], Handler]

_TRIES = 3
_BATCH = 200
_LONGEST_PAUSE = 10.0


@dataclass(frozen=True)
class Consumer:
    """One service's consumer group, named after the service."""

    group: str
    database: Database
    bus: EventBus
    subscriptions: Subscriptions
    clock: Clock
    tracer: Tracer

    @cached_property
    def types(self) -> Mapping[str, type[EventData]]:
        return {event.TYPE: event for event in self.subscriptions}

    async def run(self) -> None:
        """Consume until cancelled; joins the group again when the connection is lost."""
        topics = {event.topic() for event in self.subscriptions}
        pause = 0.05
        while True:
            try:
                async with self.bus.subscribe(self.group, topics) as subscription:
                    while True:
                        await self.step(subscription)
                        pause = 0.05
            except Exception as error:
                log.warning("consumer lost its subscription", extra={"error": type(error).__name__})
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def step(self, subscription: Subscription) -> None:
        """Fetch once and handle what came, partitions beside one another."""
        batches = await subscription.fetch(_BATCH)
        outcomes = await asyncio.gather(
            *(self._partition(subscription, part, batch) for part, batch in batches.items()),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _partition(
        self, subscription: Subscription, partition: Partition, batch: Sequence[Delivery]
    ) -> None:
        handled: Delivery | None = None
        for delivery in batch:
            try:
                await self._deliver(delivery)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning(
                    "partition paused",
                    extra={"topic": partition.topic, "error": type(error).__name__},
                )
                subscription.retry(delivery, after=1.0)
                break
            handled = delivery
        if handled is not None:
            await subscription.commit(handled)

    async def _deliver(self, delivery: Delivery) -> None:
        for attempt in range(1, _TRIES + 1):
            try:
                await self._handle(delivery)
            except Exception as error:
                if is_transient(error):
                    raise
                log.warning(
                    "message failed", extra={"error": type(error).__name__, "attempt": attempt}
                )
                if attempt == _TRIES:
                    await self._park(delivery, reason=type(error).__name__)
                else:
                    await asyncio.sleep(0.05 * attempt)
            else:
                return

    async def _handle(self, delivery: Delivery) -> None:
        envelope = CloudEvent.model_validate_json(delivery.value)
        kind = self.types.get(envelope.type)
        if kind is None:
            return
        async with self.database.transaction() as session:
            if await self._waits_behind_parked(session, delivery):
                await _insert_parked(session, delivery, envelope.id, "behind-parked", self.clock)
                return
            await self._apply(session, envelope, kind)

    async def _apply(
        self, session: AsyncSession, envelope: CloudEvent, kind: type[EventData]
    ) -> None:
        """Mark the message and apply its effects, once."""
        mark = await session.execute(
            insert(tables.inbox)
            .values(event_id=envelope.id, type=envelope.type, processed_at=self.clock.now())
            .on_conflict_do_nothing()
            .returning(tables.inbox.c.event_id)
        )
        if mark.scalar_one_or_none() is None:
            return
        parent = propagate.extract({"traceparent": envelope.traceparent or ""})
        with self.tracer.start_as_current_span(
            f"consume {envelope.type}",
            context=parent,
            kind=SpanKind.CONSUMER,
            attributes={"messaging.operation.type": "process", "cloudevents.type": envelope.type},
            record_exception=False,
            set_status_on_exception=False,
        ):
            await self.subscriptions[kind](session, kind.model_validate(envelope.data))
            await session.flush()

    async def _waits_behind_parked(self, session: AsyncSession, delivery: Delivery) -> bool:
        if not await _any_parked(session, delivery.partition.topic, delivery.key):
            return False
        await _lock_key(session, delivery.partition.topic, delivery.key)
        return await _any_parked(session, delivery.partition.topic, delivery.key)

    async def _park(self, delivery: Delivery, reason: str) -> None:
        try:
            event_id = CloudEvent.model_validate_json(delivery.value).id
        except ValidationError:
            event_id = _id_of_place(delivery)
        async with self.database.transaction() as session:
            await _insert_parked(session, delivery, event_id, reason, self.clock)
        log.error("message parked", extra={"event_id": str(event_id), "reason": reason})

    async def replay_parked(self) -> dict[str, int]:
        """Handle parked messages in order; a key stops at its first failure.

        Returns how many were replayed and how many remain.
        """
        replayed = 0
        async with self.database.transaction() as session:
            keys = (
                await session.execute(
                    select(tables.parked.c.topic, tables.parked.c.key)
                    .group_by(tables.parked.c.topic, tables.parked.c.key)
                    .order_by(func.min(tables.parked.c.position))
                )
            ).all()
        for topic, key in keys:
            try:
                while await self._replay_next(topic, key):
                    replayed += 1
            except Exception as error:
                log.warning("replay failed", extra={"error": type(error).__name__})
        async with self.database.transaction() as session:
            remain = await session.scalar(select(func.count()).select_from(tables.parked))
        return {"replayed": replayed, "remaining": remain or 0}

    async def _replay_next(self, topic: str, key: str) -> bool:
        async with self.database.transaction() as session:
            await _lock_key(session, topic, key)
            row = (
                await session.execute(
                    select(tables.parked)
                    .where(tables.parked.c.topic == topic, tables.parked.c.key == key)
                    .order_by(tables.parked.c.position)
                    .limit(1)
                )
            ).one_or_none()
            if row is None:
                return False
            envelope = CloudEvent.model_validate_json(row.value)
            kind = self.types.get(envelope.type)
            if kind is not None:
                await self._apply(session, envelope, kind)
            await session.execute(
                delete(tables.parked).where(tables.parked.c.position == row.position)
            )
        return True


def _id_of_place(delivery: Delivery) -> UUID:
    """Return what stands in for the id of a message that has none: the same at each delivery."""
    topic, number = delivery.partition
    return uuid5(NAMESPACE_URL, f"urn:talent-cloud:place:{topic}:{number}:{delivery.position}")


async def _any_parked(session: AsyncSession, topic: str, key: str) -> bool:
    found = await session.scalar(
        select(
            select(tables.parked.c.position)
            .where(tables.parked.c.topic == topic, tables.parked.c.key == key)
            .exists()
        )
    )
    return bool(found)


async def _lock_key(session: AsyncSession, topic: str, key: str) -> None:
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"parked:{topic}:{key}", 0)))
    )


async def _insert_parked(
    session: AsyncSession, delivery: Delivery, event_id: UUID, reason: str, clock: Clock
) -> None:
    await session.execute(
        insert(tables.parked)
        .values(
            event_id=event_id,
            topic=delivery.partition.topic,
            key=delivery.key,
            value=delivery.value,
            reason=reason,
            parked_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


async def forget_processed(session: AsyncSession, clock: Clock, days: int) -> None:
    """Remove marks older than some days, keeping their count."""
    gone = await session.execute(
        delete(tables.inbox)
        .where(tables.inbox.c.processed_at < clock.now() - timedelta(days=days))
        .returning(tables.inbox.c.type)
    )
    by_type = Counter(gone.scalars())
    if by_type:
        await add_to_count(session, "consumed", by_type)


async def inbox_figures(session: AsyncSession) -> dict[str, Any]:
    """Return the distinct events consumed by type, and how many are parked."""
    kept = await session.execute(
        select(tables.inbox.c.type, func.count()).group_by(tables.inbox.c.type)
    )
    consumed = Counter({row[0]: row[1] for row in kept}) + Counter(
        await counted(session, "consumed")
    )
    parked = await session.scalar(select(func.count()).select_from(tables.parked))
    return {"consumed": dict(consumed), "parked": parked or 0}
