"""Feeds that calendar programs fetch, and what they show."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.employers import acted_for
from talent_kit.held_secrets import digest, new_secret
from talent_kit.identifiers import new_id
from talent_kit.texts import Bilingual

from ..deadlines.kinds import called
from ..deadlines.repository import open_ones
from ..models.deadlines import Deadline, DeadlineFeed
from ..models.parties import Organisation
from ..parties.service import registered
from ..stations import service as stations
from . import repository
from .errors import FeedNotFound
from .files import Entry, deadline_file
from .schemas import FeedCreate, FeedOut, NewFeed

MOST = 500
"""Deadlines of one calendar, the nearest."""
_NAME = Bilingual(zh="博士后工作期限", en="Postdoc deadlines")


async def subscribe(
    session: AsyncSession, clock: Clock, who: Principal, given: FeedCreate
) -> NewFeed:
    """Make a feed; one that there was before leads nowhere any more. Raises StationNotFound."""
    owner = await _owner(session, who, given.station_id)
    await repository.remove(session, **owner)
    secret, now = new_secret(), clock.now()
    session.add(DeadlineFeed(id=new_id(), digest=digest(secret), made_at=now, **owner))
    await _note(session, clock, who, given.station_id, "station.calendar-made")
    return NewFeed(
        station_id=given.station_id, made_at=now, path=f"/v1/station-calendars/{secret}.ics"
    )


async def unsubscribe(
    session: AsyncSession, clock: Clock, who: Principal, station_id: UUID | None
) -> None:
    """Remove a feed, if there is one. Raises StationNotFound."""
    await repository.remove(session, **await _owner(session, who, station_id))
    await _note(session, clock, who, station_id, "station.calendar-removed")


async def feeds(session: AsyncSession, who: Principal) -> list[FeedOut]:
    """Return the caller's feed as a fellow, or those of the unit's stations; no addresses."""
    rows: Sequence[DeadlineFeed]
    if Role.EMPLOYER in who.roles:
        unit_id = await acted_for(session, who, Organisation)
        rows = await repository.of_unit(session, unit_id)
    else:
        rows = await repository.of_talent(session, (await registered(session, who)).talent_id)
    return [FeedOut(station_id=row.station_id, made_at=row.made_at) for row in rows]


async def fed(session: AsyncSession, secret: str, language: str) -> bytes:
    """Return what is to be done by whose feed it is; raises FeedNotFound."""
    feed = await repository.by_digest(session, digest(secret))
    if feed is None:
        raise FeedNotFound
    whose = (
        col(Deadline.talent_id) == feed.talent_id
        if feed.station_id is None
        else col(Deadline.station_id) == feed.station_id
    )
    rows = await open_ones(session, whose, MOST)
    entries = [_entry(row, language) for row in rows]
    return deadline_file(entries, _NAME.in_language(language), feed.made_at)


async def _owner(
    session: AsyncSession, who: Principal, station_id: UUID | None
) -> dict[str, UUID | None]:
    if station_id is not None:
        station = await stations.of_unit(session, who, station_id)
        return {"station_id": station.id, "talent_id": None}
    return {"station_id": None, "talent_id": (await registered(session, who)).talent_id}


async def _note(
    session: AsyncSession, clock: Clock, who: Principal, station_id: UUID | None, action: str
) -> None:
    if station_id is not None:
        subject = f"station:{station_id}"
        await audit.record(session, clock, actor=who.subject, action=action, subject=subject)


def _entry(row: Deadline, language: str) -> Entry:
    return Entry(
        deadline_id=row.id,
        title=called(row.kind).in_language(language),
        about=f"{row.subject_kind} {row.subject_id}",
        due_on=row.due_on,
        version=row.version,
    )
