"""Recruitment plans: made by the unit, seen by the office."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import NotAnAgent, acted_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..models.parties import Organisation
from ..models.positions import RecruitmentPlan
from ..models.stations import Station
from ..stations import service as stations
from ..stations.states import RECRUITING, Status
from . import errors, repository
from .rules import Offer, excess, offered
from .schemas import NewPlan, PlanContent, PlanOut

STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def make(session: AsyncSession, clock: Clock, who: Principal, given: NewPlan) -> PlanOut:
    """Make the plan of one of the caller's stations for a year."""
    station = await stations.of_unit(session, who, given.station_id, for_update=True)
    require_recruiting(station)
    today = local_date(clock.now())
    if given.year not in (today.year, today.year + 1):
        raise errors.YearOver(field="body.year")
    _require_disciplines(station, given.planned, "body.planned")
    known = await repository.of_year(session, station.id, given.year)
    if known is not None:
        raise errors.PlanExists(plan_id=str(known.id))
    plan = RecruitmentPlan(
        id=new_id(),
        station_id=station.id,
        unit_id=station.unit_id,
        region=station.region,
        year=given.year,
        planned=given.planned,
        created_at=clock.now(),
        changed_at=clock.now(),
        version=1,
    )
    session.add(plan)
    await session.flush()
    await _record(session, clock, who, plan, "plan.made")
    return _shown(plan, ())


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    plan_id: UUID,
    version: int,
    given: PlanContent,
) -> PlanOut:
    """Change how many are planned: never below what is offered."""
    plan = await of_unit(session, who, plan_id, for_update=True)
    require_version(plan.version, version)
    station = await stations.of_unit(session, who, plan.station_id)
    require_recruiting(station)
    new = given.planned.keys() - plan.planned.keys()
    _require_disciplines(station, sorted(new), "body.planned")
    offers = (await repository.offers(session, [plan.id]))[plan.id]
    require_within(given.planned, offers)
    plan.planned = given.planned
    plan.changed_at = clock.now()
    plan.version += 1
    await session.flush()
    await _record(session, clock, who, plan, "plan.changed")
    return _shown(plan, offers)


async def of_unit(
    session: AsyncSession, who: Principal, plan_id: UUID, *, for_update: bool = False
) -> RecruitmentPlan:
    """Return a plan of the unit that the caller acts for; raises PlanNotFound."""
    unit_id = await acted_for(session, who, Organisation)
    plan = await repository.by_id(session, plan_id, for_update=for_update)
    if plan is None or plan.unit_id != unit_id:
        raise errors.PlanNotFound
    return plan


async def read(session: AsyncSession, clock: Clock, who: Principal, plan_id: UUID) -> PlanOut:
    """Return a plan to its unit and to staff of its region; raises PlanNotFound."""
    plan = await _seen(session, clock, who, plan_id)
    return _shown(plan, (await repository.offers(session, [plan.id]))[plan.id])


async def _seen(
    session: AsyncSession, clock: Clock, who: Principal, plan_id: UUID
) -> RecruitmentPlan:
    if who.roles.isdisjoint(STAFF):
        try:
            return await of_unit(session, who, plan_id)
        except NotAnAgent as error:
            raise errors.PlanNotFound from error
    plan = await repository.by_id(session, plan_id)
    if plan is None or not who.oversees(plan.region, clock):
        raise errors.PlanNotFound
    return plan


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[PlanOut]:
    """List the plans of the caller's region, or of the unit that an agent acts for."""
    if who.roles.isdisjoint(STAFF):
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    else:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    offers = await repository.offers(session, [row.id for row in rows])
    return Page(items=[_shown(row, offers[row.id]) for row in rows], next_cursor=cursor)


def require_recruiting(station: Station) -> None:
    """Raise StationDoesNotRecruit unless new fellows may enter the station."""
    if Status(station.status) not in RECRUITING:
        raise errors.StationDoesNotRecruit(state=station.status)


def require_within(planned: Mapping[str, int], offers: Iterable[Offer]) -> None:
    """Raise PlanExceeded where more is offered than planned."""
    found = excess(planned, offers)
    if found is not None:
        raise errors.PlanExceeded(**found._asdict())


def _require_disciplines(station: Station, given: Iterable[str], field: str) -> None:
    for code in given:
        if code not in station.disciplines:
            raise errors.DisciplineNotOfStation(field=field, discipline=code)


def _shown(plan: RecruitmentPlan, offers: Iterable[Offer]) -> PlanOut:
    return PlanOut(
        **plan.model_dump(include={"id", "station_id", "region", "year", "planned", "version"}),
        offered=offered(offers),
    )


async def _record(
    session: AsyncSession, clock: Clock, who: Principal, plan: RecruitmentPlan, action: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"recruitment-plan:{plan.id}",
        region=plan.region,
        detail={"version": plan.version, "planned": plan.planned},
    )
