"""Applications for stations: written and submitted by the unit, read by it and the office."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import acted_for, acts_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.reviews import Reviews
from talent_kit.texts import Bilingual
from talent_kit.versions import require_version
from talent_rules import State

from ..advisors.errors import TitleUnknown
from ..advisors.rules import known_on
from ..documents import service as documents
from ..documents.sides import reads
from ..models.applications import StationApplication
from ..models.parties import Organisation
from ..models.stations import Station
from ..stations.states import CLOSED, Kind
from ..terms.service import terms_at
from . import errors, keeping, repository
from .establishing import changed, establish
from .knowing import ADVISORS, facts, place
from .rules import LEVELS, WRITABLE, Judged, Status, conditions, files_at_once, judge, submittable
from .schemas import ApplicationContent, ApplicationLine, ApplicationOut, ConditionOut
from .showing import condition, line, shown
from .steps import steps

KIND = "station_application"


async def write(
    session: AsyncSession, reviews: Reviews, who: Principal, given: ApplicationContent
) -> ApplicationOut:
    """Write the draft of an application of the unit that the caller acts for."""
    unit_id = await acted_for(session, who, Organisation)
    unit = await repository.unit_of(session, unit_id)
    if unit is None:
        raise errors.UnitUnknown
    now, identifier = reviews.clock.now(), new_id()
    await _check(session, reviews.clock, given)
    row = StationApplication(
        id=identifier,
        unit_id=unit_id,
        region=unit.region,
        status=Status.DRAFT,
        created_at=now,
        changed_at=now,
        version=1,
        **_columns(reviews, identifier, given),
    )
    session.add(row)
    await _record(session, reviews.clock, who, row, "written")
    return await _read(session, reviews, row)


async def replace(
    session: AsyncSession,
    reviews: Reviews,
    who: Principal,
    application_id: UUID,
    version: int,
    given: ApplicationContent,
) -> ApplicationOut:
    """Write a draft anew, or correct what was returned."""
    row = await _own(session, reviews, who, application_id, version)
    if row.status not in WRITABLE:
        raise errors.ApplicationState(state=row.status)
    await _check(session, reviews.clock, given)
    for name, value in _columns(reviews, row.id, given).items():
        setattr(row, name, value)
    changed(row, reviews.clock)
    await _record(session, reviews.clock, who, row, "rewritten")
    return await _read(session, reviews, row)


async def submit(
    session: AsyncSession, reviews: Reviews, who: Principal, application_id: UUID, version: int
) -> ApplicationOut:
    """Submit an application: the station exists at once, or the review begins or goes on."""
    row = await _own(session, reviews, who, application_id, version)
    if row.status not in WRITABLE:
        raise errors.ApplicationState(state=row.status)
    if row.parent_id is not None:
        await repository.hold(session, row.parent_id)
    unit = await _locked_unit(session, row)
    if await repository.taken(session, row):
        raise errors.StationExists
    await documents.require(session, KIND, row.id, _asked(row))
    judged, at_once = await _judge(session, reviews, row, unit)
    if not submittable(judged):
        unmet = [condition(each) for each in judged if each.state in {State.FALSE, State.UNKNOWN}]
        raise errors.ConditionsUnmet(conditions=[each.model_dump() for each in unmet])
    row.conditions = [condition(each).model_dump(mode="json") for each in judged]
    row.judged_on = local_date(reviews.clock.now())
    await _record(session, reviews.clock, who, row, "submitted")
    review = await reviews.newest_of(session, row.id)
    if review is not None:
        await reviews.resubmit(session, review.id, who.subject)
    elif at_once:
        await establish(session, reviews.clock, reviews.keyring, row, who.subject)
    else:
        terms = await terms_at(session, row.region, row.judged_on)
        title = Bilingual(
            zh=f"{row.unit_zh}申请设立{row.name_zh}", en=f"{row.unit_en}: {row.name_en}"
        )
        await reviews.begin(
            session,
            kind=KIND,
            subject_id=row.id,
            region=row.region,
            title=title,
            plan=steps(terms),
            by=who.subject,
        )
    return await _read(session, reviews, row)


async def withdraw(
    session: AsyncSession, reviews: Reviews, who: Principal, application_id: UUID, version: int
) -> ApplicationOut:
    """Withdraw an application that is not decided."""
    row = await _own(session, reviews, who, application_id, version)
    review = await reviews.newest_of(session, row.id)
    if row.status == Status.DRAFT:
        row.status = Status.WITHDRAWN
        changed(row, reviews.clock)
        await keeping.see_to(session, reviews.clock, row)
    elif row.status in {Status.UNDER_REVIEW, Status.RETURNED} and review is not None:
        await reviews.withdraw(session, review.id, who.subject)
    else:
        raise errors.ApplicationState(state=row.status)
    await _record(session, reviews.clock, who, row, "withdrawn")
    return await _read(session, reviews, row)


async def read(
    session: AsyncSession, reviews: Reviews, who: Principal, application_id: UUID
) -> ApplicationOut:
    """Return an application to its unit, once submitted to experts and staff of the region too."""
    row = await repository.by_id(session, application_id)
    if row is None or not await _sees(session, reviews.clock, who, row):
        raise errors.ApplicationNotFound
    return await _read(session, reviews, row)


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[ApplicationLine]:
    """List the unit's applications, or those submitted in the region, newest first."""
    if who.roles & {Role.STATION_ADMIN, Role.AUDITOR}:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    else:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    return Page(items=[line(row) for row in rows], next_cursor=cursor)


async def _sees(
    session: AsyncSession, clock: Clock, who: Principal, row: StationApplication
) -> bool:
    if row.status == Status.DRAFT:
        return Role.EMPLOYER in who.roles and await acts_for(
            session, who, Organisation, [row.unit_id]
        )
    return await reads(session, clock, who, KIND, row.id)


async def _own(
    session: AsyncSession, reviews: Reviews, who: Principal, application_id: UUID, version: int
) -> StationApplication:
    """Return an application of the caller's unit, locked after its review (`Reviews.hold`)."""
    unit_id = await acted_for(session, who, Organisation)
    row = await repository.by_id(session, application_id)
    if row is None or row.unit_id != unit_id:
        raise errors.ApplicationNotFound
    require_version(row.version, version)
    review = await reviews.newest_of(session, row.id)
    if review is not None:
        await reviews.hold(session, review.id)
    row = await repository.by_id(session, application_id, for_update=True)
    if row is None:
        raise errors.ApplicationNotFound
    require_version(row.version, version)
    return row


async def _locked_unit(session: AsyncSession, row: StationApplication) -> Organisation:
    unit = await repository.unit_of(session, row.unit_id, for_update=True)
    if unit is None:
        raise errors.UnitUnknown
    return unit


def _columns(reviews: Reviews, identifier: UUID, given: ApplicationContent) -> dict[str, Any]:
    return {
        "kind": given.kind,
        "level": given.level,
        "name_zh": given.name.zh,
        "name_en": given.name.en,
        "unit_zh": given.unit.zh,
        "unit_en": given.unit.en,
        "disciplines": given.disciplines,
        "parent_id": given.parent_id,
        "declared": given.model_dump(mode="json", include={"facts", "partners"}),
        "advisors_sealed": reviews.keyring.seal(
            ADVISORS.dump_json(given.advisors), place(identifier)
        ),
        "conditions": None,
        "judged_on": None,
    }


async def _check(session: AsyncSession, clock: Clock, given: ApplicationContent) -> None:
    if given.level not in LEVELS[given.kind]:
        raise errors.LevelUnknown(field="body.level")
    for index, advisor in enumerate(given.advisors):
        if not known_on(advisor.title, local_date(clock.now())):
            raise TitleUnknown(field=f"body.advisors.{index}.title")
    await _check_stations(session, given)


async def _check_stations(session: AsyncSession, given: ApplicationContent) -> None:
    """Raise ParentInvalid or PartnerInvalid for stations that are none, or closed."""
    partners = [each.station_id for each in given.partners]
    wanted = [each for each in (given.parent_id, *partners) if each is not None]
    known = await repository.stations_by_id(session, wanted)

    def stands(identifier: UUID | None, kind: Kind) -> bool:
        found: Station | None = known.get(identifier) if identifier else None
        return found is not None and found.kind == kind and found.status not in CLOSED

    branch = given.kind is Kind.BRANCH
    if branch != (given.parent_id is not None) or (
        branch and not stands(given.parent_id, Kind.WORKSTATION)
    ):
        raise errors.ParentInvalid(field="body.parent_id")
    for index, identifier in enumerate(partners):
        if identifier is not None and not stands(identifier, Kind.MOBILE):
            raise errors.PartnerInvalid(field=f"body.partners.{index}.station_id")


async def _judge(
    session: AsyncSession, reviews: Reviews, row: StationApplication, unit: Organisation
) -> tuple[list[Judged], bool]:
    today = local_date(reviews.clock.now())
    terms = await terms_at(session, row.region, today)
    known = await facts(session, reviews.keyring, row, unit, terms, today)
    judged = judge(Kind(row.kind), known, terms, today)
    enterprise = unit.kind == "enterprise"
    return judged, files_at_once(Kind(row.kind), enterprise=enterprise, judged=judged, terms=terms)


async def _read(session: AsyncSession, reviews: Reviews, row: StationApplication) -> ApplicationOut:
    review = await reviews.newest_of(session, row.id)
    told = None if review is None else await reviews.told(session, review)
    found: Sequence[ConditionOut]
    at_once = False
    if row.conditions is not None:
        found = [ConditionOut(**each) for each in row.conditions]
    else:
        unit = await repository.unit_of(session, row.unit_id)
        if unit is None:
            raise errors.UnitUnknown
        judged, at_once = await _judge(session, reviews, row, unit)
        found = [condition(each) for each in judged]
    wanted = await documents.wanted(session, KIND, row.id, _asked(row))
    on = row.judged_on or local_date(reviews.clock.now())
    return shown(reviews.keyring, row, found, wanted, on, at_once=at_once, review=told)


def _asked(row: StationApplication) -> frozenset[str]:
    return conditions()[Kind(row.kind)].documents


async def _record(
    session: AsyncSession, clock: Clock, who: Principal, row: StationApplication, act: str
) -> None:
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=f"station_application.{act}",
        subject=f"station_application:{row.id}",
        region=row.region,
        detail={"version": row.version},
    )
