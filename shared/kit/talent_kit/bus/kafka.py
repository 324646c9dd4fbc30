"""The event bus on Apache Kafka: what a province runs.

A topic's partitions are shared among the consumers of a group. A key always goes to the same
partition, by its CRC-32 as librdkafka's clients place it. Topics are provisioned, never made by
using them.
"""

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from ..clock import SystemClock
from .kafka_url import connection_settings
from .port import BusUnavailableError, Delivery, Message, Partition

log = logging.getLogger(__name__)

_PATIENCE = 10.0
"""Seconds for what a live cluster answers in milliseconds; the relay holds a transaction."""
_BATCH_BYTES = 512 * 1024
_WAIT = 1.0
_SESSION = 10.0
"""Seconds without a heartbeat after which a consumer's partitions go to others."""
_REBALANCE = 60.0
"""Seconds that a consumer may take over its batch before others get its partitions all the same."""
_MARGIN = 5.0
_FETCH_WAIT_MS = 200
"""How long the broker holds a fetch back while there is nothing; what comes ends it at once. One
fetch is on its way to each broker. Only where a batch is handled for more than 0.1 s does the next
one leave out partitions whose messages wait here: what comes after these may then wait so long."""


class KafkaBus:
    """EventBus on a Kafka cluster."""

    def __init__(
        self, url: str, *, patience: float = _PATIENCE, rebalance: float = _REBALANCE
    ) -> None:
        self._connection = connection_settings(url)
        self._patience = patience
        self._rebalance = rebalance
        self._producer: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send messages by an idempotent producer; returns when every replica in sync has them.

        A producer that failed is dropped with all that it has not sent: were it to send later, it
        would turn round what the next one sends.
        """
        if not messages:
            return
        try:
            with _translated():
                async with asyncio.timeout(self._patience):
                    producer = await self._producing()
                    await _send(producer, messages)
        except BaseException:
            await self._drop()
            raise

    async def _producing(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._connection,
                    enable_idempotence=True,
                    acks="all",
                    compression_type="lz4",
                    max_batch_size=_BATCH_BYTES,
                    request_timeout_ms=round(self._patience * 1000),
                )
                try:
                    await producer.start()
                except BaseException:
                    await _end(producer)
                    raise
                self._producer = producer
        return self._producer

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _end(producer)

    @asynccontextmanager
    async def subscribe(
        self, group: str, topics: Collection[str]
    ) -> AsyncIterator["KafkaSubscription"]:
        """Join a group; what it committed nowhere yet is read from the oldest message that stands.

        A cluster that is away later is waited for inside: fetches bring nothing until it is back.
        """
        consumer = AIOKafkaConsumer(
            **self._connection,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=round(_SESSION * 1000),
            heartbeat_interval_ms=round(_SESSION * 1000 / 4),
            rebalance_timeout_ms=round(self._rebalance * 1000),
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            request_timeout_ms=round((self._rebalance + self._patience) * 1000),
            metadata_max_age_ms=30_000,
        )
        subscription = KafkaSubscription(consumer, group, self._rebalance)
        try:
            with _translated():
                async with asyncio.timeout(self._patience):
                    await consumer.start()
                    if missing := set(topics) - await consumer.topics():
                        raise BusUnavailableError(f"{group} sees no topic {min(missing)}")
            consumer.subscribe(list(topics), listener=subscription)
            yield subscription
        finally:
            subscription.end()
            await consumer.stop()

    async def forget(
        self,
        topic: str,  # noqa: ARG002
        mention: bytes,  # noqa: ARG002
        keep: Callable[[bytes], bool],  # noqa: ARG002
    ) -> int:
        """Remove nothing: the topics' retention ends every message, whomever it mentions."""
        return 0

    async def prune(self, before: datetime) -> int:  # noqa: ARG002
        """Remove nothing: the brokers do, by the topics' retention."""
        return 0

    async def lag(self, group: str, topics: Collection[str]) -> Mapping[Partition, int]:
        """Return end minus committed position, asked of the brokers: no worker need be alive."""
        if not topics:
            return {}
        admin = AIOKafkaAdminClient(**self._connection)
        reader = AIOKafkaConsumer(*topics, **self._connection, isolation_level="read_committed")
        try:
            with _translated():
                async with asyncio.timeout(self._patience):
                    await asyncio.gather(admin.start(), reader.start())
                    places = [
                        TopicPartition(topic, number)
                        for topic in topics
                        for number in reader.partitions_for_topic(topic) or ()
                    ]
                    committed = await _committed(admin, group, places)
                    first = await reader.beginning_offsets(places)
                    ends = await reader.end_offsets(places)
        finally:
            await asyncio.gather(admin.close(), reader.stop(), return_exceptions=True)
        return {
            Partition(*place): ends[place] - max(committed[place].offset, first[place])
            for place in places
        }

    async def close(self) -> None:
        await self._drop()


class KafkaSubscription(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka is untyped
    """One member of a group.

    Where the group is shared anew, it gives its partitions back only once what `fetch` handed out
    is done, so that nobody else handles them meanwhile; who takes longer than the rebalance may
    last loses them, and what it then commits is not kept.
    """

    def __init__(self, consumer: AIOKafkaConsumer, group: str, rebalance: float) -> None:
        self._consumer = consumer
        self._group = group
        self._rebalance = rebalance
        self._assigned = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()
        self._open: dict[Partition, int] = {}
        """Last position by partition of what is being handled."""
        self._held: set[Partition] = set()
        """What was fetched from and not lost since: its deliveries may be committed."""
        self._commits: set[asyncio.Timeout] = set()
        self._paused_until: dict[Partition, float] = {}

    async def fetch(self, limit: int) -> Mapping[Partition, Sequence[Delivery]]:
        self.end()
        try:
            async with asyncio.timeout(_WAIT):
                await self._assigned.wait()
        except TimeoutError:
            with _translated():
                # Otherwise only who fetches for good is told that the group refuses it.
                self._consumer._coordinator.check_errors()
            return {}
        self._resume()
        with _translated():
            # Where a rebalance begins meanwhile, the messages come after it.
            async with asyncio.timeout(self._rebalance + _PATIENCE):
                found = await self._consumer.getmany(
                    timeout_ms=round(self._patience() * 1000), max_records=limit
                )
        batches: dict[Partition, Sequence[Delivery]] = {}
        for place, records in found.items():
            partition = Partition(*place)
            batches[partition] = [
                Delivery(partition, record.offset, (record.key or b"").decode(), record.value)
                for record in records
            ]
            self._open[partition] = records[-1].offset
            self._held.add(partition)
        if batches:
            self._done.clear()
        return batches

    async def commit(self, *last: Delivery) -> None:
        held = [delivery for delivery in last if delivery.partition in self._held]
        for delivery in set(last).difference(held):
            topic = delivery.partition.topic
            log.warning("not committed: the partition is lost", extra={"topic": topic})
        if not held:
            return
        limit = asyncio.timeout(None)
        self._commits.add(limit)
        places = {TopicPartition(*each.partition): each.position + 1 for each in held}
        try:
            with _translated():
                async with limit:
                    await self._consumer.commit(places)
        except (CommitFailedError, IllegalStateError):
            log.warning("not committed: the group was shared anew", extra={"group": self._group})
        except BusUnavailableError:
            # Given up since the partition is lost: tried again, it would be kept in the name of the
            # consumer that this one has become, and might turn another's position back.
            if not limit.expired():
                raise
        finally:
            self._commits.discard(limit)
        for delivery in held:
            if self._open.get(delivery.partition, -1) <= delivery.position:
                self._open.pop(delivery.partition, None)
        if not self._open:
            self._done.set()

    def retry(self, delivery: Delivery, after: float) -> None:
        partition = delivery.partition
        if partition not in self._held:
            return
        place = TopicPartition(*partition)
        self._consumer.pause(place)
        self._consumer.seek(place, delivery.position)
        self._paused_until[partition] = time.monotonic() + after

    def end(self) -> None:
        """Take what was handed out as done."""
        self._open.clear()
        self._done.set()

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Hold the rebalance until what was handed out is done, for as long as it may last."""
        self._assigned.clear()
        try:
            async with asyncio.timeout(max(self._rebalance - _MARGIN, self._rebalance / 2)):
                await self._done.wait()
        except TimeoutError:
            log.error(
                "partitions are lost in the middle of a batch",
                extra={"group": self._group, "partitions": len(revoked)},
            )
        self._held.clear()
        self._paused_until.clear()
        now = asyncio.get_running_loop().time()
        for limit in self._commits:
            limit.reschedule(now)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Let fetches go on."""
        log.info("partitions taken", extra={"group": self._group, "partitions": len(assigned)})
        self._assigned.set()

    def _resume(self) -> None:
        now = time.monotonic()
        for partition in [part for part, until in self._paused_until.items() if until <= now]:
            del self._paused_until[partition]
            self._consumer.resume(TopicPartition(*partition))

    def _patience(self) -> float:
        now = time.monotonic()
        return min([_WAIT, *(max(until - now, 0.001) for until in self._paused_until.values())])


async def _committed(
    admin: AIOKafkaAdminClient, group: str, places: Sequence[TopicPartition]
) -> Mapping[TopicPartition, Any]:
    """Return where a group stands; waits for its coordinator, which may just be moving."""
    while True:
        try:
            found: Mapping[TopicPartition, Any] = await admin.list_consumer_group_offsets(
                group, partitions=places
            )
        except KafkaError as error:
            if not error.retriable:
                raise
        else:
            # An error of the whole answer is not told by the client: it answers with nothing.
            if found.keys() >= set(places):
                return found
        await asyncio.sleep(0.1)


async def _send(producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
    """Send messages in batches by partition, in the order given, and await every answer."""
    width: dict[str, int] = {}
    filled: dict[tuple[str, int], list[Any]] = {}
    now = round(SystemClock().now().timestamp() * 1000)
    for topic, key, value in messages:
        if topic not in width:
            width[topic] = len(await producer.partitions_for(topic))
        raw = key.encode()
        place = (topic, zlib.crc32(raw) % width[topic])
        batches = filled.get(place)
        if batches is None:
            batches = filled[place] = [producer.create_batch()]
        if batches[-1].append(key=raw, value=value, timestamp=now) is None:
            batches.append(producer.create_batch())
            batches[-1].append(key=raw, value=value, timestamp=now)
    await asyncio.gather(
        *(_send_in_order(producer, Partition(*at), batches) for at, batches in filled.items())
    )


async def _send_in_order(
    producer: AIOKafkaProducer, partition: Partition, batches: Sequence[Any]
) -> None:
    for batch in batches:
        await (await producer.send_batch(batch, partition.topic, partition=partition.number))


async def _end(producer: AIOKafkaProducer) -> None:
    """End a producer without sending what it still holds, which its own `stop` insists on."""
    sending = producer._sender.sender_task
    while sending is not None and not sending.done():
        # Told once, it waits for the answers that are due; told again, it does not.
        sending.cancel()
        await asyncio.wait([sending], timeout=0.1)
    producer._closed = True
    await producer.client.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what the client raises as BusUnavailableError; a lost partition stays what it is."""
    try:
        yield
    except (CommitFailedError, IllegalStateError, BusUnavailableError):
        raise
    except (KafkaError, TimeoutError, OSError) as error:
        raise BusUnavailableError(type(error).__name__) from error
