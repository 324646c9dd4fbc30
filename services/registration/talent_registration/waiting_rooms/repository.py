"""Reading and writing waiting rooms and who is in them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Activity, RoomEntry, WaitingRoom


class Entry(NamedTuple):
    """When somebody came, and their position once it is drawn."""

    entered_at: datetime
    position: int | None


async def room_of(session: AsyncSession, activity_id: UUID) -> tuple[Activity, WaitingRoom] | None:
    """Return an activity and its waiting room as they stand now."""
    query: Any = select(Activity, WaitingRoom).join(WaitingRoom)
    query = query.where(col(Activity.id) == activity_id)
    found = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return None if found is None else (found[0], found[1])


async def by_id(session: AsyncSession, activity_id: UUID) -> WaitingRoom | None:
    """Return the waiting room of an activity, locked for the rest of the transaction."""
    query = select(WaitingRoom).where(WaitingRoom.activity_id == activity_id).with_for_update()
    return (await session.exec(query)).one_or_none()


async def entry(session: AsyncSession, activity_id: UUID, talent_id: UUID) -> Entry | None:
    """Return somebody's own entry."""
    return (await entries(session, activity_id, [talent_id])).get(talent_id)


async def entries(
    session: AsyncSession, activity_id: UUID, talent_ids: Collection[UUID]
) -> dict[UUID, Entry]:
    """Return the entries of some talents."""
    given = {"activity": activity_id, "talents": list(talent_ids)}
    found = await session.execute(_ENTRIES, given)
    return {talent_id: Entry(*rest) for talent_id, *rest in found}


_ENTRIES: Any = select(RoomEntry.talent_id, RoomEntry.entered_at, RoomEntry.position).where(
    col(RoomEntry.activity_id) == bindparam("activity", type_=Uuid),
    col(RoomEntry.talent_id) == any_(bindparam("talents", type_=ARRAY(Uuid))),
)


async def enter_before_draw(
    session: AsyncSession, activity_id: UUID, talent_id: UUID, now: datetime
) -> bool:
    """Note that somebody came, without a position; tell whether the draw is still to come.

    Where it is just being made this waits for it: nobody who came before is left out of it.
    """
    given = {"activity": activity_id, "talent": talent_id, "now": now}
    if await session.scalar(_UNDRAWN, given) is None:
        return False
    await session.execute(_ENTER, given)
    return True


async def enter_after_draw(
    session: AsyncSession, activity_id: UUID, talent_id: UUID, now: datetime, reached: int
) -> None:
    """Note that somebody came, with the next position; never one that is let in already.

    Else a room that had been empty for long would let in any number at once.
    """
    given = {"activity": activity_id, "talent": talent_id, "now": now, "reached": reached}
    if await session.scalar(_ENTER, given) is not None:
        await session.execute(_GIVE_NEXT, given)


_UNDRAWN = text(
    "SELECT 1 FROM waiting_room WHERE activity_id = :activity AND drawn_at IS NULL FOR KEY SHARE"
)
_ENTER = text(
    "INSERT INTO waiting_room_entry (activity_id, talent_id, entered_at) "
    "VALUES (:activity, :talent, :now) ON CONFLICT DO NOTHING RETURNING 1"
)
_GIVE_NEXT = text(
    "WITH next AS (UPDATE waiting_room SET last = greatest(last, :reached) + 1 "
    "WHERE activity_id = :activity RETURNING last) "
    "UPDATE waiting_room_entry SET position = next.last FROM next "
    "WHERE activity_id = :activity AND talent_id = :talent"
)


async def draw(session: AsyncSession, activity: Activity, now: datetime) -> bool:
    """Give everybody in a room a position, once; False where somebody else is just at it."""
    given = {"activity": activity.id, "opens_at": activity.opens_at, "now": now}
    lock = int.from_bytes(activity.id.bytes[8:], signed=True)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        return False
    if await session.scalar(_HOLD_UNDRAWN, given) is not None:
        await session.execute(_DRAW, given)
    return True


# Who is just entering holds the row's key: this waits for them.
_HOLD_UNDRAWN = text(
    "SELECT 1 FROM waiting_room WHERE activity_id = :activity AND drawn_at IS NULL FOR UPDATE"
)
# Who came in time, by lot; behind them, in their order, those who came between opening and draw.
_DRAW = text(
    """
WITH drawn AS (
    SELECT talent_id, row_number() OVER (
        ORDER BY entered_at >= :opens_at,
            CASE WHEN entered_at < :opens_at THEN sha256(seed || uuid_send(talent_id)) END,
            entered_at, talent_id
    ) AS position
    FROM waiting_room_entry JOIN waiting_room USING (activity_id) WHERE activity_id = :activity
), given AS (
    UPDATE waiting_room_entry AS entry SET position = drawn.position FROM drawn
    WHERE entry.activity_id = :activity AND entry.talent_id = drawn.talent_id
    RETURNING 1
)
UPDATE waiting_room SET drawn_at = :now, last = (SELECT count(*) FROM given)
WHERE activity_id = :activity
"""
)


async def remove(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Forget the entries of some talents; nobody else's position changes."""
    await session.execute(delete(RoomEntry).where(col(RoomEntry.talent_id).in_(talent_ids)))
