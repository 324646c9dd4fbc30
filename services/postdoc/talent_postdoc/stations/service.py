"""Stations: who may see and change them, and telling of them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StationState
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.employers import NotAnAgent, acted_for
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.texts import Bilingual

from ..models.parties import Organisation
from ..models.stations import Station, StationEntry
from . import errors, repository
from .schemas import StationOut


async def of_unit(
    session: AsyncSession, who: Principal, station_id: UUID, *, for_update: bool = False
) -> Station:
    """Return a station of the unit that the caller acts for; raises StationNotFound."""
    unit_id = await acted_for(session, who, Organisation)
    station = await repository.by_id(session, station_id, for_update=for_update)
    if station is None or station.unit_id != unit_id:
        raise errors.StationNotFound
    return station


async def of_office(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    *,
    for_update: bool = False,
) -> Station:
    """Return a station of the region that the caller oversees; raises StationNotFound."""
    station = await repository.by_id(session, station_id, for_update=for_update)
    if station is None or not who.oversees(station.region, clock):
        raise errors.StationNotFound
    return station


async def seen_by(session: AsyncSession, clock: Clock, who: Principal, station_id: UUID) -> Station:
    """Return a station to its unit and to staff of its region; raises StationNotFound."""
    if not who.roles.isdisjoint({Role.STATION_ADMIN, Role.AUDITOR}):
        return await of_office(session, clock, who, station_id)
    try:
        return await of_unit(session, who, station_id)
    except NotAnAgent as error:
        raise errors.StationNotFound from error


async def read(session: AsyncSession, clock: Clock, who: Principal, station_id: UUID) -> StationOut:
    """Return one station."""
    return shown(await seen_by(session, clock, who, station_id))


async def list_seen(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[StationOut]:
    """List the stations of the caller's region, or of the unit that an agent acts for."""
    if not who.roles.isdisjoint({Role.STATION_ADMIN, Role.AUDITOR}):
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    else:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def note(
    session: AsyncSession,
    clock: Clock,
    who: str,
    station: Station,
    kind: str,
    effective_on: date,
    **detail: Any,
) -> StationEntry:
    """Keep what happened to a station, in its history and in the audit log; `who` is a login."""
    entry = StationEntry(
        id=new_id(),
        station_id=station.id,
        kind=kind,
        effective_on=effective_on,
        detail=detail,
        recorded_by=who,
        recorded_at=clock.now(),
    )
    session.add(entry)
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who,
        action=f"station.{kind}",
        subject=f"station:{station.id}",
        region=station.region,
        detail={"version": station.version, "entry": str(entry.id)},
    )
    return entry


def raise_version(station: Station, clock: Clock) -> None:
    """Note that a station has changed."""
    station.changed_at = clock.now()
    station.version += 1


async def tell(
    session: AsyncSession, clock: Clock, station: Station, kind: type[StationState]
) -> None:
    """Save a station's state as an event, after its version was raised and flushed."""
    await save_event(session, clock, state(kind, station))


def state(kind: type[StationState], station: Station) -> StationState:
    """Return a station's public state as an event."""
    return kind(
        station_id=station.id,
        employer_id=station.unit_id,
        **station.model_dump(
            include={"region", "kind", "level", "model", "status", "approval", "approved_on"}
        ),
        version=station.version,
    )


def shown(station: Station) -> StationOut:
    """Return a station as its unit and the office see it."""
    return StationOut(
        **station.model_dump(
            include={
                "id",
                "kind",
                "level",
                "model",
                "status",
                "unit_id",
                "region",
                "parent_id",
                "successor_id",
                "disciplines",
                "approval",
                "approved_on",
                "version",
            }
        ),
        name=Bilingual(zh=station.name_zh, en=station.name_en),
        unit=Bilingual(zh=station.unit_zh, en=station.unit_en),
    )
