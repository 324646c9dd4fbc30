"""Joint recruitment: proposed by one side, confirmed by the other, ended by either."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..models.links import StationLink
from ..models.stations import Station
from ..stations import repository as stations_repository
from ..stations import service as stations
from ..stations.states import RECRUITING, Kind
from . import errors, repository
from .schemas import LinkEnd, LinkOut, NewLink


async def joint(session: AsyncSession, station_id: UUID, mobile_id: UUID, on: date) -> bool:
    """Tell whether two stations recruit jointly on a day, confirmed by both."""
    link = await repository.live(session, station_id, mobile_id)
    return link is not None and _stands(link) and link.from_on <= on <= (link.until_on or on)


async def list_of(
    session: AsyncSession, clock: Clock, who: Principal, station_id: UUID, page: PageParams
) -> Page[LinkOut]:
    """List with whom a station recruits jointly, newest first."""
    await stations.seen_by(session, clock, who, station_id)
    rows, cursor = await repository.page_of(session, station_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def propose(
    session: AsyncSession, clock: Clock, who: Principal, station_id: UUID, given: NewLink
) -> LinkOut:
    """Propose to recruit jointly with another station, as the unit of one of the two."""
    # Both, in one order: each side may propose to the other at once.
    known = await stations_repository.locked(session, {station_id, given.partner_id})
    own = await stations.of_unit(session, who, station_id)
    if given.until_on is not None and given.until_on < given.from_on:
        raise errors.EndBeforeStart(field="body.until_on")
    partner = known.get(given.partner_id)
    if partner is None or not fits(own, partner):
        raise errors.PartnerInvalid(field="body.partner_id")
    row = new_link(clock, own, partner, given.from_on, given.until_on)
    before = await repository.live(session, row.station_id, row.mobile_id)
    if before is not None:
        if before.until_on is None or before.until_on >= local_date(clock.now()):
            raise errors.LinkExists
        before.live = False
        await session.flush()
    session.add(row)
    await session.flush()
    await _note(session, clock, who.subject, own, "link_proposed", row)
    return shown(row)


async def confirm(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    link_id: UUID,
    version: int,
) -> LinkOut:
    """Confirm as the unit of the other side."""
    own, row = await _own(session, who, station_id, link_id)
    require_version(row.version, version)
    side = _side(row, own)
    if not row.live or (row.station_confirmed_at, row.mobile_confirmed_at)[side == "mobile"]:
        raise errors.LinkState
    setattr(row, f"{side}_confirmed_at", clock.now())
    _changed(row, clock)
    await session.flush()
    await _note(session, clock, who.subject, own, "link_confirmed", row)
    return shown(row)


async def end(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    station_id: UUID,
    link_id: UUID,
    version: int,
    given: LinkEnd,
) -> LinkOut:
    """End it, or refuse what was proposed, as the unit of either side."""
    own, row = await _own(session, who, station_id, link_id)
    require_version(row.version, version)
    if not row.live:
        raise errors.LinkState
    if given.until_on < row.from_on:
        raise errors.EndBeforeStart(field="body.until_on")
    row.until_on = given.until_on
    # What still has days to come stands until they are over.
    row.live = _stands(row) and given.until_on >= local_date(clock.now())
    _changed(row, clock)
    await session.flush()
    await _note(session, clock, who.subject, own, "link_ended", row)
    return shown(row)


async def end_all(session: AsyncSession, clock: Clock, station: Station, on: date) -> None:
    """End what a station that closes has with others."""
    for row in await repository.live_of(session, station.id):
        row.until_on = max(row.from_on, on)
        row.live = False
        _changed(row, clock)
    await session.flush()


def fits(one: Station, other: Station) -> bool:
    """Tell whether two stations may recruit jointly: exactly one is mobile, and both recruit."""
    mobile = [each for each in (one, other) if each.kind == Kind.MOBILE]
    return len(mobile) == 1 and {one.status, other.status} <= RECRUITING


def new_link(
    clock: Clock, own: Station, partner: Station, from_on: date, until_on: date | None
) -> StationLink:
    """Return a link that `own` confirms and `partner` does not yet, not yet added."""
    now, mobile = clock.now(), own.kind == Kind.MOBILE
    return StationLink(
        id=new_id(),
        station_id=partner.id if mobile else own.id,
        mobile_id=own.id if mobile else partner.id,
        from_on=from_on,
        until_on=until_on,
        station_confirmed_at=None if mobile else now,
        mobile_confirmed_at=now if mobile else None,
        created_at=now,
        changed_at=now,
        version=1,
    )


async def _own(
    session: AsyncSession, who: Principal, station_id: UUID, link_id: UUID
) -> tuple[Station, StationLink]:
    # Before the link, as where a station closes and ends what it has with others.
    own = await stations.of_unit(session, who, station_id, for_update=True)
    row = await repository.by_id(session, link_id)
    if row is None or own.id not in {row.station_id, row.mobile_id}:
        raise errors.LinkNotFound
    return own, row


def _side(row: StationLink, own: Station) -> Literal["station", "mobile"]:
    return "mobile" if row.mobile_id == own.id else "station"


def _stands(row: StationLink) -> bool:
    return row.station_confirmed_at is not None and row.mobile_confirmed_at is not None


def _changed(row: StationLink, clock: Clock) -> None:
    row.changed_at = clock.now()
    row.version += 1


async def _note(
    session: AsyncSession, clock: Clock, who: str, own: Station, kind: str, row: StationLink
) -> None:
    partner = row.station_id if row.mobile_id == own.id else row.mobile_id
    await stations.note(
        session,
        clock,
        who,
        own,
        kind,
        row.until_on if kind == "link_ended" and row.until_on else row.from_on,
        link=str(row.id),
        partner=str(partner),
    )


def shown(row: StationLink) -> LinkOut:
    """Return a link as both sides and staff see it."""
    confirmed: list[Literal["station", "mobile"]] = []
    if row.station_confirmed_at is not None:
        confirmed.append("station")
    if row.mobile_confirmed_at is not None:
        confirmed.append("mobile")
    exclude = {"station_confirmed_at", "mobile_confirmed_at", "created_at", "changed_at"}
    return LinkOut(**row.model_dump(exclude=exclude), confirmed_by=confirmed)
