"""Advisors: kept by the unit of their station, seen by the office too."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.pagination import Page, PageParams
from talent_kit.texts import Bilingual
from talent_kit.versions import require_version

from ..models.advisors import Advisor
from ..models.stations import Station
from ..stations import service as stations
from ..stations.errors import StationNotFound, StationState
from ..stations.states import CLOSED
from ..terms.service import terms_at
from . import errors, repository
from .rules import known_on, qualified, titles
from .schemas import AdvisorContent, AdvisorEnd, AdvisorOut, NewAdvisor, TitleOut


async def of_station(
    session: AsyncSession, station_id: UUID, advisor_id: UUID, on: date
) -> Advisor:
    """Return who guides at a station on a day; raises AdvisorNotFound."""
    row = await repository.by_id(session, advisor_id)
    if row is None or row.station_id != station_id or not guides(row, on):
        raise errors.AdvisorNotFound
    return row


def list_titles() -> Page[TitleOut]:
    """List the titles that an advisor may hold, those no longer awarded too."""
    items = [
        TitleOut(
            code=each.code,
            name=Bilingual(zh=each.zh, en=each.en),
            rank=each.rank,
            awarded_from=each.awarded_from,
            awarded_until=each.awarded_until,
        )
        for each in titles().values()
    ]
    return Page(items=items)


async def list_of_station(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    station_id: UUID,
    page: PageParams,
) -> Page[AdvisorOut]:
    """List the advisors of a station that the caller sees, newest first."""
    station = await stations.seen_by(session, clock, who, station_id)
    rows, cursor = await repository.page_of_station(session, station_id, page)
    return Page(items=await _shown(session, clock, keyring, station, rows), next_cursor=cursor)


async def add(
    session: AsyncSession, clock: Clock, keyring: Keyring, who: Principal, given: NewAdvisor
) -> AdvisorOut:
    """Add an advisor to a station of the caller's unit."""
    station = await stations.of_unit(session, who, given.station_id)
    if station.status in CLOSED:
        raise StationState(state=station.status)
    row = new_advisor(clock, keyring, station.id, given, given.from_on)
    session.add(row)
    await session.flush()
    await _record(session, clock, who, station, "advisor.added", row)
    return (await _shown(session, clock, keyring, station, [row]))[0]


def new_advisor(
    clock: Clock, keyring: Keyring, station_id: UUID, given: AdvisorContent, from_on: date
) -> Advisor:
    """Return the row of an advisor, not yet added; raises TitleUnknown."""
    identifier, now = new_id(), clock.now()
    row = Advisor(
        id=identifier,
        station_id=station_id,
        name_sealed=b"",
        title=given.title,
        disciplines=given.disciplines,
        full_time=given.full_time,
        most=given.most,
        from_on=from_on,
        until_on=None,
        created_at=now,
        changed_at=now,
        version=1,
    )
    _write(row, keyring, given, max(from_on, local_date(now)))
    return row


async def change(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    advisor_id: UUID,
    version: int,
    given: AdvisorContent,
) -> AdvisorOut:
    """Change what is said of an advisor."""
    station, row = await _own(session, who, advisor_id)
    require_version(row.version, version)
    if not guides(row, max(row.from_on, local_date(clock.now()))):
        raise errors.AdvisorEnded
    _write(row, keyring, given, local_date(clock.now()))
    row.changed_at = clock.now()
    row.version += 1
    await session.flush()
    await _record(session, clock, who, station, "advisor.changed", row)
    return (await _shown(session, clock, keyring, station, [row]))[0]


async def end(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    advisor_id: UUID,
    version: int,
    given: AdvisorEnd,
) -> AdvisorOut:
    """End an advisor, who must have no fellow any more."""
    station, row = await _own(session, who, advisor_id)
    require_version(row.version, version)
    if given.until_on < row.from_on:
        raise errors.EndBeforeStart(field="body.until_on")
    if count := (await repository.loads(session, [row.id])).get(row.id):
        raise errors.StillGuiding(fellows=count)
    row.until_on = given.until_on
    row.changed_at = clock.now()
    row.version += 1
    await session.flush()
    await _record(session, clock, who, station, "advisor.ended", row)
    return (await _shown(session, clock, keyring, station, [row]))[0]


async def _own(session: AsyncSession, who: Principal, advisor_id: UUID) -> tuple[Station, Advisor]:
    row = await repository.by_id(session, advisor_id, for_update=True)
    if row is None:
        raise errors.AdvisorNotFound
    try:
        return await stations.of_unit(session, who, row.station_id), row
    except StationNotFound as error:
        raise errors.AdvisorNotFound from error


def guides(row: Advisor, on: date) -> bool:
    """Tell whether somebody is an advisor of their station on a day."""
    return row.from_on <= on <= (row.until_on or on)


def _write(row: Advisor, keyring: Keyring, given: AdvisorContent, on: date) -> None:
    if not known_on(given.title, on):
        raise errors.TitleUnknown(field="body.title")
    row.name_sealed = keyring.seal(given.name.encode(), _place(row.id))
    row.title, row.disciplines = given.title, given.disciplines
    row.full_time, row.most = given.full_time, given.most


def name_of(keyring: Keyring, row: Advisor) -> str:
    """Return the name of an advisor."""
    return keyring.open(row.name_sealed, _place(row.id)).decode()


def _place(advisor_id: UUID) -> bytes:
    return f"advisor.name:{advisor_id}".encode()


async def _record(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station: Station,
    action: str,
    row: Advisor,
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"station:{station.id}",
        region=station.region,
        detail={"advisor": str(row.id), "version": row.version},
    )


async def _shown(
    session: AsyncSession, clock: Clock, keyring: Keyring, station: Station, rows: Sequence[Advisor]
) -> list[AdvisorOut]:
    terms = await terms_at(session, station.region, local_date(clock.now()))
    loads = await repository.loads(session, [row.id for row in rows])
    return [
        AdvisorOut(
            **row.model_dump(exclude={"name_sealed", "most", "created_at", "changed_at"}),
            name=name_of(keyring, row),
            title_name=Bilingual(zh=titles()[row.title].zh, en=titles()[row.title].en),
            qualified=qualified(row.title, terms),
            most=row.most if row.most is not None else terms["ADVISOR_LOAD"],
            fellows=loads.get(row.id, 0),
        )
        for row in rows
    ]
