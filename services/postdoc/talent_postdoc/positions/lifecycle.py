"""What happens to a position whoever does it: places taken and given back, the end, telling."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PositionClosed, PositionState
from talent_kit import audit
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.outbox import save_event
from talent_kit.timers import set_timer

from ..models.positions import Position, RecruitmentPlan
from ..models.stations import Station
from ..plans import repository as plan_repository
from ..plans import service as plans
from ..plans.rules import Offer
from . import errors, repository
from .states import Act, Status, after

CLOSE_TIMER = "position-close"
CLOCK = "clock"
"""Who acts where a day is over."""


def move(position: Position, act: Act) -> Status:
    """Return the state after an act; raises PositionState."""
    status = after(position.status, act)
    if status is None:
        raise errors.PositionState(state=position.status)
    return status


async def accept_one(session: AsyncSession, clock: Clock, who: str, position_id: UUID) -> Position:
    """Take one of the places of a position, which the last one fills.

    Raises PositionState where none is left, PlanExceeded where a closed one lost its room.
    """
    position = await _locked(session, position_id)
    last = position.taken + 1 == position.number
    status = move(position, Act.FILL if last else Act.ACCEPT)
    if position.status == Status.CLOSED:
        plan = await plan_of(session, position)
        await require_room(session, plan, position, position.taken + 1)
    position.taken += 1
    position.status = status
    raise_version(position, clock)
    await session.flush()
    await record(session, clock, who, position, "filled" if last else "taken")
    if last:
        await tell(session, clock, position, await _station(session, position), PositionClosed)
    return position


async def release_one(session: AsyncSession, clock: Clock, who: str, position_id: UUID) -> None:
    """Give back a place that was taken; a position that was filled is closed then."""
    position = await _locked(session, position_id)
    filled = position.status == Status.FILLED
    position.status = move(position, Act.RELEASE)
    position.taken -= 1
    raise_version(position, clock)
    await session.flush()
    await record(session, clock, who, position, "released")
    if filled:
        await tell(session, clock, position, await _station(session, position), PositionClosed)


async def see_to_closing(session: AsyncSession, position: Position) -> None:
    """Have a position closed when its last day is over."""
    due = local_midnight(position.closes_on + timedelta(days=1))
    await set_timer(session, CLOSE_TIMER, str(position.id), due)


async def close_when_over(session: AsyncSession, clock: Clock, position_id: UUID) -> None:
    """Close a position whose last day is over, if it is still open then."""
    position = await repository.by_id(session, position_id, for_update=True)
    if position is None or position.status != Status.PUBLISHED:
        return
    if position.closes_on < local_date(clock.now()):
        await end(session, clock, CLOCK, position, None)


async def end(
    session: AsyncSession, clock: Clock, who: str, position: Position, reason: str | None
) -> None:
    """Close a position that the caller has locked; of a draft nobody is told."""
    published = position.status == Status.PUBLISHED
    position.status = move(position, Act.CLOSE)
    raise_version(position, clock)
    await session.flush()
    await record(session, clock, who, position, "closed", **({"reason": reason} if reason else {}))
    if published:
        await tell(session, clock, position, await _station(session, position), PositionClosed)


async def take_down(
    session: AsyncSession, clock: Clock, who: str, position: Position, reason: str
) -> None:
    """Take down a position that the caller has locked: the world forgets it at once."""
    position.status = move(position, Act.TAKE_DOWN)
    position.taken_down_for = reason
    raise_version(position, clock)
    await session.flush()
    await record(session, clock, who, position, "taken-down", reason=reason)
    await tell(session, clock, position, await _station(session, position), PositionClosed)


async def plan_of(session: AsyncSession, position: Position) -> RecruitmentPlan:
    """Return the plan of a position, locked: what is offered under it stands still."""
    plan = await plan_repository.by_id(session, position.plan_id, for_update=True)
    if plan is None:
        raise errors.PositionNotFound
    return plan


async def require_room(
    session: AsyncSession, plan: RecruitmentPlan, position: Position, number: int
) -> None:
    """Raise PlanExceeded where a plan, locked, has no room for so many of a position."""
    others = (await plan_repository.offers(session, [plan.id], but=position.id))[plan.id]
    plans.require_within(plan.planned, [*others, Offer(position.disciplines[0], number)])


def raise_version(position: Position, clock: Clock) -> None:
    """Note that a position has changed."""
    position.changed_at = clock.now()
    position.version += 1


async def record(
    session: AsyncSession, clock: Clock, who: str, position: Position, act: str, **detail: Any
) -> None:
    """Keep in the audit log what was done to a position."""
    await audit.record(
        session,
        clock,
        actor=who,
        action=f"position.{act}",
        subject=f"position:{position.id}",
        region=position.region,
        detail={"version": position.version, **detail},
    )


async def tell(
    session: AsyncSession,
    clock: Clock,
    position: Position,
    station: Station,
    kind: type[PositionState],
) -> None:
    """Save a position's state as an event, after its version was raised and flushed."""
    await save_event(session, clock, state(kind, position, station))


def state(kind: type[PositionState], position: Position, station: Station) -> PositionState:
    """Return a position's public state as an event."""
    return kind(
        position_id=position.id,
        station_id=station.id,
        station_kind=station.kind,
        employer_id=position.unit_id,
        region=station.region,
        disciplines=tuple(position.disciplines),
        openings=position.number,
        pay_least=position.pay_least,
        pay_most=position.pay_most,
        language=position.language,
        opens_on=position.opens_on,
        closes_on=position.closes_on,
        status=_TOLD_AS.get(position.status, position.status),
        version=position.version,
    )


_TOLD_AS = {str(Status.TAKEN_DOWN): str(Status.CLOSED)}
"""Others learn no more than that nobody may apply."""


async def _locked(session: AsyncSession, position_id: UUID) -> Position:
    position = await repository.by_id(session, position_id, for_update=True)
    if position is None:
        raise errors.PositionNotFound
    return position


async def _station(session: AsyncSession, position: Position) -> Station:
    station = await repository.station(session, position.station_id)
    if station is None:
        raise errors.PositionNotFound
    return station
