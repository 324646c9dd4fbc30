"""Waiting rooms: arranged by organisers, entered by talents, drawn when registration opens."""

import math
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import ActivityUpdated
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.problems import Problem
from talent_kit.versions import require_version

from ..activities import service as activities
from ..activities.errors import NotPossibleNow
from ..activities.states import Status
from ..models import Activity, WaitingRoom
from ..people import repository as people
from ..people.errors import NotRegistered
from . import errors, repository
from .repository import Entry
from .rules import Admission, commitment
from .schemas import Board, EntryOut, RoomContent, RoomOut

_OVER = {Status.CANCELLED, Status.FINISHED}


async def arrange(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    expected: int,
    content: RoomContent,
) -> RoomOut:
    """Give an activity a waiting room, or change it; once in use its rate alone."""
    activity = await activities.own(session, who, activity_id)
    require_version(activity.version, expected)
    if activity.status in _OVER:
        raise NotPossibleNow(state=activity.status)
    now = clock.now()
    room = await repository.by_id(session, activity_id)
    if room is None:
        if activity.opens_at <= now:
            raise errors.RoomFixed(field="body.enter_from")
        room = WaitingRoom(
            activity_id=activity_id,
            enter_from=content.enter_from,
            per_minute=content.per_minute,
            seed=secrets.token_bytes(32),
        )
        session.add(room)
    if content.enter_from != room.enter_from:
        if room.enter_from <= now and activity.status == Status.PUBLISHED:
            raise errors.RoomFixed(field="body.enter_from")
        room.enter_from = content.enter_from
    if content.per_minute != room.per_minute and activity.opens_at <= now:
        # Who was let in stays so; from here on the other rate counts.
        room.base, room.base_at = admission(activity, room).reached(now), now
    room.per_minute = content.per_minute
    activities.raise_version(activity, clock)
    if activity.status == Status.PUBLISHED:
        await activities.tell(session, clock, activity, ActivityUpdated)
    rate = {"per_minute": content.per_minute}
    await activities.record(session, clock, who, "activity.waiting_room", activity, **rate)
    return RoomOut(
        enter_from=room.enter_from,
        per_minute=room.per_minute,
        commitment=commitment(room.seed),
        version=activity.version,
    )


def admission(activity: Activity, room: WaitingRoom) -> Admission:
    """Return how people are let into an activity."""
    return Admission(room.base, room.base_at or activity.opens_at, room.per_minute)


async def board(session: AsyncSession, as_of: datetime, activity_id: UUID) -> Board:
    """Return what everybody may know of a waiting room, and how far it had come at an instant."""
    activity, room = await _room(session, activity_id)
    letting_in, last = admission(activity, room), room.last if room.drawn_at else None
    return Board(
        enter_from=room.enter_from,
        opens_at=activity.opens_at,
        closes_at=activity.closes_at,
        per_minute=room.per_minute,
        as_of=as_of,
        admitted=letting_in.reached(as_of),
        last=last,
        last_turn_at=letting_in.turn_of(last) if last else None,
        commitment=commitment(room.seed),
        seed=room.seed.hex() if room.drawn_at else None,
    )


async def enter(session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID) -> EntryOut:
    """Enter, or read the place that one has: coming again, or earlier, gives no advantage."""
    talent_id = await _talent(session, who)
    activity, room = await _room(session, activity_id)
    now = clock.now()
    if await repository.entry(session, activity_id, talent_id) is None:
        if activity.status != Status.PUBLISHED:
            raise NotPossibleNow(state=activity.status)
        if not room.enter_from <= now < activity.closes_at:
            raise errors.RoomClosed(
                enter_from=room.enter_from.isoformat(), closes_at=activity.closes_at.isoformat()
            )
        if not await repository.enter_before_draw(session, activity_id, talent_id, now):
            reached = admission(activity, room).reached(now)
            await repository.enter_after_draw(session, activity_id, talent_id, now, reached)
    return await _shown(session, now, activity, talent_id)


async def show(session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID) -> EntryOut:
    """Return the caller's own place."""
    talent_id = await _talent(session, who)
    activity, _ = await _room(session, activity_id)
    return await _shown(session, clock.now(), activity, talent_id)


async def refused(
    session: AsyncSession,
    now: datetime,
    rooms: Mapping[UUID, tuple[Activity, WaitingRoom]],
    pairs: Collection[tuple[UUID, UUID]],
) -> dict[tuple[UUID, UUID], Problem]:
    """Return who, by activity and talent, is not let in yet, and what to tell them.

    Of activities whose registration has opened; the others refuse claims themselves.
    """
    found: dict[tuple[UUID, UUID], Problem] = {}
    for activity_id, (activity, room) in rooms.items():
        if now < activity.opens_at:
            continue
        if not room.drawn_at:
            await repository.draw(session, activity, now)
        talents = [talent for each, talent in pairs if each == activity_id]
        entries = await repository.entries(session, activity_id, talents)
        for talent in talents:
            problem = _problem(admission(activity, room), entries.get(talent), now)
            if problem is not None:
                found[activity_id, talent] = problem
    return found


def _problem(letting_in: Admission, entry: Entry | None, now: datetime) -> Problem | None:
    if entry is None:
        return errors.NotEntered()
    if entry.position is None:
        return errors.Drawing(headers={"Retry-After": "1"})
    if entry.position <= letting_in.reached(now):
        return None
    turn_at = letting_in.turn_of(entry.position)
    wait = math.ceil((turn_at - now).total_seconds())
    return errors.NotYourTurn(
        headers={"Retry-After": str(wait)}, position=entry.position, turn_at=turn_at.isoformat()
    )


async def _shown(
    session: AsyncSession, now: datetime, activity: Activity, talent_id: UUID
) -> EntryOut:
    """Return somebody's place; who asks first after the opening has the order drawn."""
    _, room = await _room(session, activity.id)
    if now >= activity.opens_at and not room.drawn_at:
        await repository.draw(session, activity, now)
    entry = await repository.entry(session, activity.id, talent_id)
    if entry is None:
        raise errors.NotEntered
    letting_in = admission(activity, room)
    return EntryOut(
        entered_at=entry.entered_at,
        position=entry.position,
        turn_at=None if entry.position is None else letting_in.turn_of(entry.position),
        admitted=entry.position is not None and entry.position <= letting_in.reached(now),
    )


async def _room(session: AsyncSession, activity_id: UUID) -> tuple[Activity, WaitingRoom]:
    found = await repository.room_of(session, activity_id)
    if found is None or found[0].status in {Status.DRAFT, Status.SUBMITTED}:
        raise errors.RoomNotFound
    return found


async def _talent(session: AsyncSession, who: Principal) -> UUID:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise NotRegistered
    return found[who.subject].talent_id
