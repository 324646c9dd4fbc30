"""Fellows: applied for, recorded, corrected, read."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.employers import acted_for, acts_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault

from ..advisors.service import of_station
from ..candidacies import service as candidacies
from ..candidacies.errors import CandidacyNotFound
from ..documents.sides import reads
from ..links.errors import NotRecruitingJointly
from ..links.service import joint as recruit_jointly
from ..models.fellows import Fellow, FellowEntry
from ..models.parties import Organisation, Person
from ..models.stations import Station
from ..stations import service as stations
from ..stations.errors import StationNotFound
from ..stations.states import Kind as StationKind
from ..terms.offices import require_office
from . import errors, periods, repository, requests
from .acts import ACTS, FIRST, FIXED, Act, Kind, Side
from .next_steps import next_steps
from .preparing import Content, prepared, require_documents, require_recruiting
from .recording import Desk, Life, append, begin, correct, lived, terms_of
from .schemas import AbsenceOut, DueOut, EntryOut, FellowOut, NextOut, PeriodsOut
from .states import standing
from .transfers import take_over


async def apply(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, given: requests.NewFellow
) -> FellowOut:
    """Apply for a talent to enter a station of the caller's unit."""
    desk = Desk(session, clock, vault, who.subject)
    station = await stations.of_unit(session, who, given.station_id)
    require_recruiting(station)
    person = await repository.person(session, given.talent_id)
    if person is None:
        raise errors.TalentNotFound(field="body.talent_id")
    await _require_joint(session, station, given, desk.today)
    if given.doctorate_on is not None and given.doctorate_on > desk.today:
        raise errors.InFuture(field="body.doctorate_on")
    if given.advisor_id is not None and given.joint_station_id is None:
        await of_station(session, station.id, given.advisor_id, desk.today)
    position_id = await _position_of(session, station, given)
    detail = given.model_dump(mode="json", exclude_none=True)
    again = await repository.was_fellow(session, person.talent_id)
    fellow = new_fellow(desk, station, person, detail, "again" if again else "first")
    fellow.position_id = position_id
    await begin(desk, fellow, Kind.APPLIED, desk.today, detail)
    return shown(fellow)


def new_fellow(
    desk: Desk, station: Station, person: Person, detail: dict[str, Any], entry: str
) -> Fellow:
    """Return the row of a fellowship that is about to begin."""
    joint = detail.get("joint_station_id")
    return Fellow(
        id=new_id(),
        talent_id=person.talent_id,
        station_id=station.id,
        joint_station_id=UUID(joint) if joint else None,
        unit_id=station.unit_id,
        region=station.region,
        discipline=detail["discipline"],
        arrangement=detail["arrangement"],
        entry=entry,
        foreign=person.foreign,
        doctorate=detail["doctorate"],
        doctorate_on=None,
        status="",
        live=False,
        entered_on=None,
        term_until=None,
        ended_on=None,
        created_at=desk.clock.now(),
        changed_at=desk.clock.now(),
        version=1,
    )


async def _require_joint(
    session: AsyncSession, station: Station, given: requests.NewFellow, on: date
) -> None:
    disciplines = set(station.disciplines)
    if given.joint_station_id is not None:
        joint = await repository.station(session, given.joint_station_id)
        if joint is None or joint.kind != StationKind.MOBILE or joint.id == station.id:
            raise StationNotFound(field="body.joint_station_id")
        require_recruiting(joint)
        if not await recruit_jointly(session, station.id, joint.id, on):
            raise NotRecruitingJointly(field="body.joint_station_id")
        disciplines |= set(joint.disciplines)
    if given.discipline not in disciplines:
        raise errors.DisciplineNotOfStation(field="body.discipline")


async def _position_of(
    session: AsyncSession, station: Station, given: requests.NewFellow
) -> UUID | None:
    """Return the position of the candidacy that an application follows."""
    if given.candidacy_id is None:
        return None
    candidacy = await candidacies.accepted(session, given.talent_id, given.candidacy_id)
    if candidacy.station_id != station.id:
        raise CandidacyNotFound(field="body.candidacy_id")
    return candidacy.position_id


async def record(
    session: AsyncSession,
    clock: Clock,
    vault: Vault,
    who: Principal,
    fellow_id: UUID,
    given: requests.NewEntry,
) -> FellowOut:
    """Record what happened, as one of those who may."""
    desk = Desk(session, clock, vault, who.subject)
    life, sides = await _held(session, clock, who, fellow_id)
    kind = Kind(given.kind)
    act = ACTS[kind]
    _require_act(life, act, kind, sides)
    if act.office is not None:
        await require_office(session, clock, who, life.fellow.region, act.office)
    content = await prepared(desk, life, given)
    if isinstance(given, requests.Transferred):
        return shown(await take_over(desk, life, given, new_fellow))
    await append(desk, life, kind, *content)
    await require_documents(desk, life, kind, content)
    return shown(life.fellow)


def _require_act(life: Life, act: Act, kind: Kind, sides: frozenset[Side]) -> None:
    if not act.by & sides:
        raise errors.ActNotYours(may=sorted(act.by))
    if life.state.status not in act.at:
        raise errors.FellowState(state=life.state.status, act=kind)


async def put_right(
    session: AsyncSession,
    clock: Clock,
    vault: Vault,
    who: Principal,
    fellow_id: UUID,
    entry_id: UUID,
    given: requests.Correction,
) -> FellowOut:
    """Correct an entry as the office: by another in its place, both of which stay."""
    desk = Desk(session, clock, vault, who.subject)
    life, sides = await _held(session, clock, who, fellow_id)
    if Side.OFFICE not in sides:
        raise errors.FellowNotFound
    entry = next((each for each in life.entries if each.id == entry_id), None)
    if entry is None:
        raise errors.EntryNotFound
    by = next((each for each in life.entries if each.corrects == entry_id), None)
    if by is not None:
        raise errors.AlreadyCorrected(by=str(by.id))
    content = given.content
    same = content is not None and content.kind == entry.kind
    if entry.kind in FIXED or not (same or (content is None and entry.kind not in FIRST)):
        raise errors.NotCorrectable(field="body.content")
    on, detail = entry.on, {"void": True}
    if isinstance(content, requests.Applied):
        detail = _said_right(desk, life, content)
    elif content is not None:
        on, detail = await prepared(desk, life, content)
    await correct(desk, life, entry, on, detail, given.reason)
    if content is not None:
        await require_documents(desk, life, entry.kind, Content(on, detail))
    return shown(life.fellow)


def _said_right(desk: Desk, life: Life, content: requests.Applied) -> dict[str, Any]:
    """Return an application with what is put right in it; raises InFuture."""
    if content.doctorate_on is not None and content.doctorate_on > desk.today:
        raise errors.InFuture(field="body.content.doctorate_on")
    kept = ("talent_id", "station_id", "joint_station_id", "advisor_id", "candidacy_id")
    said = standing(life.entries)[0].detail
    right = content.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    return {name: said[name] for name in kept if name in said} | right


async def read(session: AsyncSession, clock: Clock, who: Principal, fellow_id: UUID) -> FellowOut:
    """Return a fellowship to those who see it."""
    return shown(await _seen(session, clock, who, fellow_id))


async def history(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, fellow_id: UUID
) -> Page[EntryOut]:
    """Return all that happened, in the order of recording."""
    fellow = await _seen(session, clock, who, fellow_id)
    rows = await repository.entries_of(session, fellow.id)
    keys = await vault.data_keys(session, [fellow.talent_id])
    items = [_entry(row, keys.get(fellow.talent_id)) for row in rows]
    return Page(items=items)


async def read_periods(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, fellow_id: UUID
) -> PeriodsOut:
    """Return the days that matter to who has entered; raises StepMissing before."""
    desk = Desk(session, clock, vault, who.subject)
    life = await lived(session, await _seen(session, clock, who, fellow_id))
    terms = await terms_of(desk, life.fellow.region, life.entries)
    known = periods.periods(life.state, life.fellow.foreign, terms)
    due = periods.due(life.state, life.fellow.foreign, terms)
    as_of = min(desk.today, life.state.ended_on or desk.today)
    running, in_year = periods.absence(life.state, as_of)
    return PeriodsOut(
        **vars(known),
        due=[DueOut(kind=kind, until=until) for kind, until in sorted(due.items())],
        absence=AbsenceOut(
            running=running,
            in_year=in_year,
            most_running=terms["ABSENCE_RUNNING"],
            most_in_year=terms["ABSENCE_YEAR"],
            overstay=periods.overstay(life.state, as_of),
            most_overstay=terms["OVERSEAS_OVERSTAY"],
        ),
    )


async def read_next(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, fellow_id: UUID
) -> NextOut:
    """Return what may be recorded next, and what that will ask for."""
    life = await lived(session, await _seen(session, clock, who, fellow_id))
    sides = await _sides(session, clock, who, life.fellow)
    return await next_steps(Desk(session, clock, vault, who.subject), life, sides)


async def list_seen(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    page: PageParams,
    station_id: UUID | None,
    status: str | None,
    *,
    coming: bool,
) -> Page[FellowOut]:
    """List the fellows of the unit's stations, of the region's, or of one of them."""
    if coming:
        unit_id = await acted_for(session, who, Organisation)
        ids = await repository.stations_of_unit(session, unit_id)
        found = await repository.page_coming(session, ids, page)
    elif station_id is not None:
        station = await stations.seen_by(session, clock, who, station_id)
        found = await repository.page_of_station(session, [station.id], page, status)
    elif who.roles & {Role.STATION_ADMIN, Role.AUDITOR}:
        found = await repository.page_of_regions(session, who.regions(clock), page, status)
    else:
        unit_id = await acted_for(session, who, Organisation)
        ids = await repository.stations_of_unit(session, unit_id)
        found = await repository.page_of_station(session, ids, page, status)
    return Page(items=[shown(row) for row in found[0]], next_cursor=found[1])


async def list_own(session: AsyncSession, who: Principal, page: PageParams) -> Page[FellowOut]:
    """List the caller's own fellowships, newest first."""
    person = await repository.person_of(session, who.subject)
    if person is None:
        return Page(items=[])
    rows, cursor = await repository.page_of_talent(session, person.talent_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def _held(
    session: AsyncSession, clock: Clock, who: Principal, fellow_id: UUID
) -> tuple[Life, frozenset[Side]]:
    """Return a fellowship, locked, and as what the caller acts in it; raises FellowNotFound."""
    fellow = await repository.by_id(session, fellow_id, for_update=True)
    if fellow is None:
        raise errors.FellowNotFound
    life = await lived(session, fellow)
    sides = await _sides(session, clock, who, fellow)
    if not sides:
        raise errors.FellowNotFound
    return life, sides


async def _sides(
    session: AsyncSession, clock: Clock, who: Principal, fellow: Fellow
) -> frozenset[Side]:
    sides = set()
    if Role.STATION_ADMIN in who.roles and who.oversees(fellow.region, clock):
        sides.add(Side.OFFICE)
    if Role.EMPLOYER in who.roles:
        if await acts_for(session, who, Organisation, [fellow.unit_id]):
            sides.add(Side.UNIT)
        target = fellow.transfer_to and await repository.station(session, fellow.transfer_to)
        if target and await acts_for(session, who, Organisation, [target.unit_id]):
            sides.add(Side.RECEIVER)
    if Role.TALENT in who.roles:
        person = await repository.person(session, fellow.talent_id)
        if person is not None and person.login == who.subject:
            sides.add(Side.TALENT)
    return frozenset(sides)


async def _seen(session: AsyncSession, clock: Clock, who: Principal, fellow_id: UUID) -> Fellow:
    fellow = await repository.by_id(session, fellow_id)
    if fellow is None or not await reads(session, clock, who, "fellow", fellow_id):
        raise errors.FellowNotFound
    return fellow


def shown(fellow: Fellow) -> FellowOut:
    """Return a fellowship as it is shown."""
    return FellowOut(**fellow.model_dump(include=set(FellowOut.model_fields)))


def _entry(row: FellowEntry, key: Any) -> EntryOut:
    detail = dict(row.detail)
    sealed, reason = detail.pop("reason", None), None
    if sealed is not None and key is not None:
        reason = key.open(bytes.fromhex(sealed), "fellow_entry", "reason", row.id)
    known = row.model_dump(include={"id", "number", "kind", "corrects", "recorded_at"})
    return EntryOut(**known, on=row.effective_on, detail=detail, reason=reason)
