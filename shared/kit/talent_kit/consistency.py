"""Read your own writes across services: the `Talent-Consistency` token.

A write's answer names the events it saved; a read that brings the token waits until those that its
service subscribes to are in the inbox, or says 503 instead of answering stale. One hop only.
"""

import asyncio
import base64
import binascii
import json
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from . import tables
from .database import Database
from .identifiers import age
from .problems import BadRequest, Text, Unavailable

HEADER = "talent-consistency"
_MOST = 20
_POLL, _LONGEST_POLL = 0.01, 0.1
_FORGET_AFTER = timedelta(days=1)
"""Older events were handled or parked long ago, and their marks may be gone."""


class ConsistencyInvalid(BadRequest):
    code = "consistency-invalid"
    title = Text("Talent-Consistency 无效", "The Talent-Consistency token is not valid")


class NotYetVisible(Unavailable):
    code = "not-yet-visible"
    title = Text(
        "刚写入的内容尚未同步，请稍后重试", "What you wrote has not arrived yet: try again"
    )


def encode(saved: Sequence[tuple[str, UUID]]) -> str:
    """Return the token for the events of one transaction; of many, the last twenty."""
    raw = json.dumps([[kind, str(event_id)] for kind, event_id in saved[-_MOST:]])
    return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()


def decode(token: str) -> list[tuple[str, UUID]]:
    """Return the events of a token; raises ConsistencyInvalid."""
    if len(token) > 4096:
        raise ConsistencyInvalid
    try:
        padded = token + "=" * (-len(token) % 4)
        pairs = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        events = [(str(kind), UUID(event_id)) for kind, event_id in pairs]
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise ConsistencyInvalid(field="header.Talent-Consistency") from error
    if len(events) > _MOST:
        raise ConsistencyInvalid(field="header.Talent-Consistency")
    return events


async def wait_until_visible(
    token: str, subscribed: Collection[str], database: Database, seconds: float
) -> None:
    """Return once the token's events that this service consumes are in; raises NotYetVisible."""
    wanted = {
        event_id
        for kind, event_id in decode(token)
        if kind in subscribed and (old := age(event_id)) is not None and old < _FORGET_AFTER
    }
    if not wanted:
        return
    arrived = select(func.count()).where(tables.inbox.c.event_id.in_(wanted))
    deadline, pause = time.monotonic() + seconds, _POLL
    while True:
        async with database.single.connect() as connection:
            if await connection.scalar(arrived) == len(wanted):
                return
        if time.monotonic() >= deadline:
            raise NotYetVisible
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_POLL)
