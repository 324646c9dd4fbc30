"""Consuming events: messages, their effects and their marks are one transaction.

What has come in is handled together; where that fails, by partition, then one by one. Transient
errors pause the partition and are tried for ever. Any other error, after a few tries, parks the
message in the consumer's own table; later messages of its key queue behind it, others go on, and
`replay_parked` handles them in order.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from opentelemetry import propagate
from opentelemetry.trace import Link, SpanKind, Tracer, get_current_span
from pydantic import ValidationError
from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CloudEvent, EventData

from . import tables
from .bus import Delivery, EventBus, Partition, Subscription
from .clock import Clock
from .database import Database, is_transient
from .logs import kinds
from .outbox import add_to_count, counted

log = logging.getLogger(__name__)

Handler = Callable[[AsyncSession, Any], Awaitable[None]]
"""Takes the session and the event's data; its effects must also be keyed by a business key."""


@dataclass(frozen=True)
class Many:
    """A handler of several events at once, in order, each key's among them too.

    Events of several types come together where they share the same `Many`.
    """

    handle: Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


Subscriptions = Mapping[type[EventData], Handler | Many]

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
                log.warning("consumer lost its subscription", extra={"error": kinds(error)})
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def step(self, subscription: Subscription) -> None:
        """Fetch once and handle what came; where that fails, partitions beside one another."""
        batches = await subscription.fetch(_BATCH)
        # Keys are spread over many partitions: of a few messages each would have its own.
        if len(batches) > 1 and await self._together(list(chain(*batches.values()))):
            await subscription.commit(*(batch[-1] for batch in batches.values()))
            return
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
        handled = 0
        try:
            if len(batch) > 1 and await self._together(batch):
                handled = len(batch)
            for delivery in batch[handled:]:
                await self._deliver(delivery)
                handled += 1
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning(
                "partition paused",
                extra={"topic": partition.topic, "error": type(error).__name__},
            )
            subscription.retry(batch[handled], after=1.0)
        if handled:
            await subscription.commit(batch[handled - 1])

    async def _together(self, batch: Sequence[Delivery]) -> bool:
        """Handle messages in one transaction, all or none; tell whether they went well.

        Where one fails, or may have to wait behind a parked one, handling each alone shows which.
        """
        try:
            read = [CloudEvent.model_validate_json(delivery.value) for delivery in batch]
            ours = [envelope for envelope in read if envelope.type in self.types]
            if not ours:
                return True
            async with self.database.transaction() as session:
                places = {(delivery.partition.topic, delivery.key) for delivery in batch}
                if await _any_parked(session, places):
                    return False
                for run in self._runs(await self._marked(session, ours)):
                    await self._apply(session, run)
        except Exception as error:
            log.info("messages failed together", extra={"error": type(error).__name__})
            return False
        return True

    async def _marked(
        self, session: AsyncSession, envelopes: Sequence[CloudEvent]
    ) -> list[CloudEvent]:
        """Mark messages as handled; return those that were not yet."""
        marks = {
            "ids": [envelope.id for envelope in envelopes],
            "types": [envelope.type for envelope in envelopes],
            "at": self.clock.now(),
        }
        fresh = set((await session.execute(_MARK, marks)).scalars())
        # The same message may stand twice in one batch.
        by_id = {envelope.id: envelope for envelope in reversed(envelopes)}
        return [
            envelope
            for envelope in envelopes
            if envelope.id in fresh and by_id[envelope.id] is envelope
        ]

    def _runs(self, envelopes: Sequence[CloudEvent]) -> Iterator[list[CloudEvent]]:
        """Gather what one handler takes; the messages of a key are never turned round."""
        groups: dict[int, list[CloudEvent]] = {}
        taken: dict[str, int] = {}
        for envelope in envelopes:
            handler = id(self.subscriptions[self.types[envelope.type]])
            if taken.setdefault(envelope.subject, handler) != handler:
                yield from groups.values()
                groups, taken = {}, {envelope.subject: handler}
            groups.setdefault(handler, []).append(envelope)
        yield from groups.values()

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
        if envelope.type not in self.types:
            return
        async with self.database.transaction() as session:
            if await self._waits_behind_parked(session, delivery):
                await _insert_parked(session, delivery, envelope.id, "behind-parked", self.clock)
                return
            for fresh in await self._marked(session, [envelope]):
                await self._apply(session, [fresh])

    async def _apply(self, session: AsyncSession, run: Sequence[CloudEvent]) -> None:
        """Apply the effects of marked messages that have one handler."""
        handler = self.subscriptions[self.types[run[0].type]]
        parts = [run] if isinstance(handler, Many) else [[envelope] for envelope in run]
        for part in parts:
            events = [self.types[envelope.type].model_validate(envelope.data) for envelope in part]
            with self._span(part):
                if isinstance(handler, Many):
                    await handler.handle(session, events)
                else:
                    await handler(session, events[0])
                await session.flush()

    def _span(self, part: Sequence[CloudEvent]) -> AbstractContextManager[Any]:
        """Begin a span in the trace of a message; one for several links to the traces of all."""
        parents = [
            propagate.extract({"traceparent": envelope.traceparent or ""}) for envelope in part
        ]
        several = len(part) > 1
        return self.tracer.start_as_current_span(
            f"consume {part[0].type}",
            context=None if several else parents[0],
            links=[Link(get_current_span(parent).get_span_context()) for parent in parents]
            if several
            else None,
            kind=SpanKind.CONSUMER,
            attributes={"messaging.operation.type": "process", "cloudevents.type": part[0].type},
            record_exception=False,
            set_status_on_exception=False,
        )

    async def _waits_behind_parked(self, session: AsyncSession, delivery: Delivery) -> bool:
        place = delivery.partition.topic, delivery.key
        if not await _any_parked(session, {place}):
            return False
        await _lock_key(session, *place)
        return await _any_parked(session, {place})

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
            if envelope.type in self.types:
                for fresh in await self._marked(session, [envelope]):
                    await self._apply(session, [fresh])
            await session.execute(
                delete(tables.parked).where(tables.parked.c.position == row.position)
            )
        return True


def _id_of_place(delivery: Delivery) -> UUID:
    """Return what stands in for the id of a message that has none: the same at each delivery."""
    topic, number = delivery.partition
    return uuid5(NAMESPACE_URL, f"urn:talent-cloud:place:{topic}:{number}:{delivery.position}")


# Made once, with arrays in place of lists: making them anew costs more than running them.
_PLACES = select(
    func.unnest(bindparam("topics", type_=ARRAY(Text))).label("topic"),
    func.unnest(bindparam("keys", type_=ARRAY(Text))).label("key"),
).subquery()
_ANY_PARKED = select(
    select(tables.parked.c.position)
    .where(tables.parked.c.topic == _PLACES.c.topic, tables.parked.c.key == _PLACES.c.key)
    .exists()
)
_MARK = (
    insert(tables.inbox)
    .from_select(
        ["event_id", "type", "processed_at"],
        select(
            func.unnest(bindparam("ids", type_=ARRAY(Uuid))),
            func.unnest(bindparam("types", type_=ARRAY(Text))),
            bindparam("at", type_=DateTime(timezone=True)),
        ),
    )
    .on_conflict_do_nothing()
    .returning(tables.inbox.c.event_id)
)


async def _any_parked(session: AsyncSession, places: Collection[tuple[str, str]]) -> bool:
    """Tell whether any message is parked of some keys, each with its topic."""
    topics, keys = zip(*places, strict=True)
    return bool(await session.scalar(_ANY_PARKED, {"topics": list(topics), "keys": list(keys)}))


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
