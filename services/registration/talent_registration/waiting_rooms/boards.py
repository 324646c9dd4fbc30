"""What waiting rooms tell everybody, worked out once a moment however many ask."""

from collections import OrderedDict
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.database import Database

from . import service

SECONDS = 5
"""For so long all processes say the same of a room, and caches may keep it."""
_MOST = 1000


class Kept(NamedTuple):
    """An answer: the moment that it is of, its content and its ETag."""

    as_of: datetime
    content: bytes
    etag: str


class Boards:
    """The answers of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()

    async def read(self, activity_id: UUID) -> Kept:
        """Return what a room tells; raises RoomNotFound."""
        seconds = self._clock.now().timestamp()
        as_of = datetime.fromtimestamp(seconds - seconds % SECONDS, UTC)
        kept = self._kept.get(activity_id)
        if kept is None or kept.as_of != as_of:
            async with self._database.transaction() as session:
                board = await service.board(session, as_of, activity_id)
            content = board.model_dump_json().encode()
            kept = Kept(as_of, content, f'"{sha256(content).hexdigest()[:32]}"')
            self._kept[activity_id] = kept
            self._kept.move_to_end(activity_id)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return kept
