"""The embedded bus: a durable log in a PostgreSQL database of its own, for the standalone mode.

An append draws its positions by updating the topic's row, and keeps that row locked until it
commits: so the order of positions is the order of commits, and a reader that has seen a position
never misses a lower one. A topic is one partition.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from ..stopping import stop
from ..wakeup import Wakeup, asyncpg_dsn, rest
from .port import Delivery, Message, Partition

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topic (
    name text PRIMARY KEY,
    next bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS message (
    topic text NOT NULL REFERENCES topic (name),
    position bigint NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    appended_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, position)
);
CREATE TABLE IF NOT EXISTS group_position (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (consumer_group, topic)
);
"""
_DRAW = """
INSERT INTO topic AS t (name, next) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET next = t.next + $2
RETURNING next - $2
"""
_APPEND = """
INSERT INTO message (topic, position, key, value)
SELECT $1, $2::bigint + n - 1, key, value
FROM unnest($3::text[], $4::bytea[]) WITH ORDINALITY AS given (key, value, n)
"""
_READ = """
SELECT position, key, value FROM message
WHERE topic = $1 AND position >= $2 ORDER BY position LIMIT $3
"""
_KEEP = """
INSERT INTO group_position (consumer_group, topic, next)
SELECT $1, topic, next FROM unnest($2::text[], $3::bigint[]) AS given (topic, next)
ON CONFLICT (consumer_group, topic) DO UPDATE SET next = excluded.next
"""
_MENTIONING = """
SELECT position, value FROM message WHERE topic = $1 AND position($2::bytea IN value) > 0
"""
_FORGET = "DELETE FROM message WHERE topic = $1 AND position = ANY($2::bigint[])"
_PRUNE = """
DELETE FROM message AS m USING (
    SELECT topic, min(next) AS read FROM group_position GROUP BY topic
) AS seen
WHERE m.topic = seen.topic AND m.position < seen.read AND m.appended_at < $1
"""
_LAG = """
SELECT t.name, t.next - coalesce(g.next, 0) AS waiting
FROM topic AS t LEFT JOIN group_position AS g ON g.topic = t.name AND g.consumer_group = $1
WHERE t.name = ANY($2::text[])
"""
_WAIT = 1.0
_SCHEMA_LOCK = 0x7A1E_B05


class EmbeddedBus:
    """EventBus on a PostgreSQL database; makes its own tables."""

    def __init__(self, url: str) -> None:
        self._dsn = asyncpg_dsn(url)
        self._wakeup = Wakeup(url)
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def _connections(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                pool = await asyncpg.create_pool(self._dsn, min_size=0, max_size=4, timeout=5)
                try:
                    async with pool.acquire() as connection, connection.transaction():
                        await connection.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
                        await connection.execute(_SCHEMA)
                except BaseException:
                    pool.terminate()
                    raise
                self._pool = pool
        return self._pool

    async def publish(self, messages: Sequence[Message]) -> None:
        """Append messages in one transaction."""
        by_topic: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            by_topic[message.topic].append(message)
        pool = await self._connections()
        async with pool.acquire() as connection, connection.transaction():
            for topic in sorted(by_topic):
                batch = by_topic[topic]
                first = await connection.fetchval(_DRAW, topic, len(batch))
                await connection.execute(
                    _APPEND, topic, first, [m.key for m in batch], [m.value for m in batch]
                )
        self._wakeup.notify()

    @asynccontextmanager
    async def subscribe(
        self, group: str, topics: Collection[str]
    ) -> AsyncIterator["EmbeddedSubscription"]:
        """Join a group; waits while another process holds it."""
        pool = await self._connections()
        holder = await asyncpg.connect(self._dsn, timeout=5)
        subscription = EmbeddedSubscription(pool, holder, group, tuple(sorted(topics)))
        listener = asyncio.create_task(
            self._wakeup.listen(lambda _: subscription.wake()), name=f"bus-listen-{group}"
        )
        try:
            await subscription.open()
            yield subscription
        finally:
            await stop([listener])
            holder.terminate()

    async def forget(self, topic: str, mention: bytes, keep: Callable[[bytes], bool]) -> int:
        """Remove a topic's messages that hold some bytes, but those that `keep` takes by value."""
        pool = await self._connections()
        rows = await pool.fetch(_MENTIONING, topic, mention)
        gone = [row["position"] for row in rows if not keep(row["value"])]
        await pool.execute(_FORGET, topic, gone)
        return len(gone)

    async def prune(self, before: datetime) -> int:
        """Remove messages older than an instant that every group has read; return how many."""
        pool = await self._connections()
        answer: str = await pool.execute(_PRUNE, before)
        return int(answer.rpartition(" ")[2])

    async def lag(self, group: str, topics: Collection[str]) -> Mapping[Partition, int]:
        pool = await self._connections()
        rows = await pool.fetch(_LAG, group, list(topics))
        return {Partition(row["name"], 0): row["waiting"] for row in rows}

    async def close(self) -> None:
        await self._wakeup.close()
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None


class EmbeddedSubscription:
    """The only consumer of its group: a session lock of `holder` keeps others waiting."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        holder: asyncpg.Connection,
        group: str,
        topics: tuple[str, ...],
    ) -> None:
        self._pool = pool
        self._holder = holder
        self._group = group
        self._next = dict.fromkeys(topics, 0)
        self._paused_until: dict[str, float] = {}
        self._work = asyncio.Event()

    def wake(self) -> None:
        self._work.set()

    async def open(self) -> None:
        """Take the group and read where it stands."""
        await self._holder.execute(
            "SELECT pg_advisory_lock(hashtextextended($1, 0))", f"group:{self._group}"
        )
        rows = await self._holder.fetch(
            "SELECT topic, next FROM group_position WHERE consumer_group = $1", self._group
        )
        self._next |= {row["topic"]: row["next"] for row in rows if row["topic"] in self._next}

    async def fetch(self, limit: int) -> Mapping[Partition, Sequence[Delivery]]:
        if self._holder.is_closed():
            raise ConnectionError("the group's lock was lost with its connection")
        self._work.clear()
        batches: dict[Partition, Sequence[Delivery]] = {}
        for topic, position in self._next.items():
            if self._paused_until.get(topic, 0.0) > time.monotonic():
                continue
            rows = await self._pool.fetch(_READ, topic, position, limit)
            if rows:
                partition = Partition(topic, 0)
                batches[partition] = [
                    Delivery(partition, row["position"], row["key"], row["value"]) for row in rows
                ]
                self._next[topic] = rows[-1]["position"] + 1
        if not batches:
            await rest(self._work, self._patience())
        return batches

    def _patience(self) -> float:
        now = time.monotonic()
        resumes = [until - now for until in self._paused_until.values() if until > now]
        return min([_WAIT, *resumes])

    async def commit(self, *last: Delivery) -> None:
        topics = [delivery.partition.topic for delivery in last]
        following = [delivery.position + 1 for delivery in last]
        await self._pool.execute(_KEEP, self._group, topics, following)

    def retry(self, delivery: Delivery, after: float) -> None:
        topic = delivery.partition.topic
        self._next[topic] = delivery.position
        self._paused_until[topic] = time.monotonic() + after
