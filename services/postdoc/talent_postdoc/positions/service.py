"""Positions: offered by units under their plans, open to the world."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PositionPublished, PositionUpdated
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import NotAnAgent, acted_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..advisors import service as advisors
from ..links.errors import NotRecruitingJointly
from ..links.service import joint as recruit_jointly
from ..models.parties import Organisation
from ..models.positions import Position, RecruitmentPlan
from ..models.stations import Station
from ..plans import service as plans
from ..plans.errors import DisciplineNotOfStation
from ..stations import service as stations
from ..stations.states import RECRUITING, Kind
from ..stations.states import Status as StationStatus
from . import errors, lifecycle, repository
from .lifecycle import (
    end,
    move,
    plan_of,
    raise_version,
    record,
    require_room,
    see_to_closing,
    tell,
)
from .schemas import ClosureReason, NewPosition, PositionContent, PositionOut
from .showing import shown
from .states import Act, Status

STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def draft(
    session: AsyncSession, clock: Clock, who: Principal, given: NewPosition
) -> PositionOut:
    """Draft a position under a plan of the caller's unit."""
    plan = await plans.of_unit(session, who, given.plan_id)
    station = await stations.of_unit(session, who, plan.station_id)
    position = Position(
        id=new_id(),
        plan_id=plan.id,
        station_id=plan.station_id,
        unit_id=plan.unit_id,
        region=plan.region,
        taken=0,
        status=Status.DRAFT,
        created_at=clock.now(),
        changed_at=clock.now(),
        version=1,
        **_columns(given),
    )
    await _require_fit(session, clock, plan, station, given)
    session.add(position)
    await repository.index(session, position, station)
    await record(session, clock, who.subject, position, "drafted")
    return shown(position)


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    position_id: UUID,
    version: int,
    given: PositionContent,
) -> PositionOut:
    """Change a position; one that is published keeps its questions and stays within its plan."""
    position = await of_unit(session, who, position_id, for_update=True)
    require_version(position.version, version)
    move(position, Act.EDIT)
    plan = await plan_of(session, position)
    station = await stations.of_unit(session, who, position.station_id)
    await _require_fit(session, clock, plan, station, given)
    published = position.status == Status.PUBLISHED
    if published and _columns(given)["questions"] != position.questions:
        raise errors.QuestionsFixed
    if given.number <= position.taken:
        raise errors.BelowTaken(taken=position.taken)
    for name, value in _columns(given).items():
        setattr(position, name, value)
    if published:
        await _require_open(session, clock, plan, station, position)
    raise_version(position, clock)
    await repository.index(session, position, station)
    await record(session, clock, who.subject, position, "changed")
    if published:
        await see_to_closing(session, position)
        await tell(session, clock, position, station, PositionUpdated)
    return shown(position)


async def publish(
    session: AsyncSession, clock: Clock, who: Principal, position_id: UUID
) -> PositionOut:
    """Publish a position, where its station recruits and its plan has room."""
    position = await of_unit(session, who, position_id, for_update=True)
    position.status = move(position, Act.PUBLISH)
    plan = await plan_of(session, position)
    station = await stations.of_unit(session, who, position.station_id)
    await _require_open(session, clock, plan, station, position)
    position.published_at = clock.now()
    raise_version(position, clock)
    # Station and unit may have been renamed since the draft.
    await repository.index(session, position, station)
    await see_to_closing(session, position)
    await record(session, clock, who.subject, position, "published")
    await tell(session, clock, position, station, PositionPublished)
    return shown(position)


async def close(
    session: AsyncSession, clock: Clock, who: Principal, position_id: UUID, given: ClosureReason
) -> PositionOut:
    """Close a position before its day, or give up a draft."""
    position = await of_unit(session, who, position_id, for_update=True)
    await end(session, clock, who.subject, position, given.reason)
    return shown(position)


async def take_down(
    session: AsyncSession, clock: Clock, who: Principal, position_id: UUID, given: ClosureReason
) -> PositionOut:
    """Take down a position of the caller's region, for a reason that its unit is told."""
    position = await repository.by_id(session, position_id, for_update=True)
    if position is None or not who.oversees(position.region, clock):
        raise errors.PositionNotFound
    await lifecycle.take_down(session, clock, who.subject, position, given.reason)
    return shown(position)


async def of_unit(
    session: AsyncSession, who: Principal, position_id: UUID, *, for_update: bool = False
) -> Position:
    """Return a position of the unit that the caller acts for; raises PositionNotFound."""
    unit_id = await acted_for(session, who, Organisation)
    position = await repository.by_id(session, position_id, for_update=for_update)
    if position is None or position.unit_id != unit_id:
        raise errors.PositionNotFound
    return position


async def read(
    session: AsyncSession, clock: Clock, who: Principal, position_id: UUID
) -> PositionOut:
    """Return a position to its unit and to staff of its region; raises PositionNotFound."""
    if who.roles.isdisjoint(STAFF):
        try:
            return shown(await of_unit(session, who, position_id))
        except NotAnAgent as error:
            raise errors.PositionNotFound from error
    position = await repository.by_id(session, position_id)
    if position is None or not who.oversees(position.region, clock):
        raise errors.PositionNotFound
    return shown(position)


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[PositionOut]:
    """List the positions of the caller's region, or of the unit that an agent acts for."""
    if who.roles.isdisjoint(STAFF):
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    else:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def _require_fit(
    session: AsyncSession,
    clock: Clock,
    plan: RecruitmentPlan,
    station: Station,
    given: PositionContent,
) -> None:
    """Refuse what could never be published."""
    for place, code in enumerate(given.disciplines):
        if code not in station.disciplines:
            raise DisciplineNotOfStation(field=f"body.disciplines.{place}", discipline=code)
    if given.opens_on.year != plan.year:
        raise errors.OutsidePlanYear(field="body.opens_on", year=plan.year)
    if given.joint_station_id is not None:
        joint = await repository.station(session, given.joint_station_id)
        fits = joint is not None and joint.kind == Kind.MOBILE and _recruits(joint)
        if not fits or station.kind == Kind.MOBILE:
            raise errors.JointStationUnfit(field="body.joint_station_id")
    if given.advisor_id is not None:
        await advisors.of_station(session, station.id, given.advisor_id, local_date(clock.now()))


async def _require_open(
    session: AsyncSession,
    clock: Clock,
    plan: RecruitmentPlan,
    station: Station,
    position: Position,
) -> None:
    """Refuse what nobody could apply for, and what goes beyond the plan."""
    plans.require_recruiting(station)
    today = local_date(clock.now())
    joint_id = position.joint_station_id
    if joint_id is not None:
        on = max(today, position.opens_on)
        if not await recruit_jointly(session, station.id, joint_id, on):
            raise NotRecruitingJointly(field="body.joint_station_id")
        joint = await repository.station(session, joint_id)
        if joint is None or not _recruits(joint):
            raise errors.JointStationUnfit(field="body.joint_station_id")
    if position.closes_on < today:
        raise errors.PositionOver(closes_on=position.closes_on.isoformat())
    await require_room(session, plan, position, position.number)


def _recruits(station: Station) -> bool:
    return StationStatus(station.status) in RECRUITING


def _columns(given: PositionContent) -> dict[str, Any]:
    return {
        "title_zh": given.title.zh,
        "title_en": given.title.en,
        "about_zh": given.about.zh,
        "about_en": given.about.en,
        "disciplines": given.disciplines,
        "number": given.number,
        "pay_least": given.pay.least,
        "pay_most": given.pay.most,
        "language": given.language,
        "advisor_id": given.advisor_id,
        "joint_station_id": given.joint_station_id,
        "opens_on": given.opens_on,
        "closes_on": given.closes_on,
        "questions": [each.model_dump(mode="json") for each in given.questions],
    }
