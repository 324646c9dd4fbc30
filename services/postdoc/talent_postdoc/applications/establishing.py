"""A station comes to be: filed at once, or as its review ends."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StationRecognised
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.reviews import Review, ReviewAct, Reviews
from talent_kit.reviews import Status as ReviewStatus

from ..advisors.service import new_advisor
from ..links.service import fits, new_link
from ..models.applications import StationApplication
from ..models.stations import Station
from ..stations import service as stations
from . import errors, keeping, repository
from .knowing import declared, named
from .rules import Status

FOLLOWED = {
    ReviewStatus.OPEN: Status.UNDER_REVIEW,
    ReviewStatus.RETURNED: Status.RETURNED,
    ReviewStatus.REFUSED: Status.REFUSED,
    ReviewStatus.WITHDRAWN: Status.WITHDRAWN,
    ReviewStatus.LAPSED: Status.LAPSED,
}


async def follow(session: AsyncSession, reviews: Reviews, review: Review, act: ReviewAct) -> None:
    """Keep an application in step with its review; approved, the station is set up."""
    row = await repository.by_id(session, review.subject_id, for_update=True)
    if row is None:
        raise errors.ApplicationNotFound
    if review.status == ReviewStatus.APPROVED:
        await establish(session, reviews.clock, reviews.keyring, row, act.actor)
        return
    status = FOLLOWED[ReviewStatus(review.status)]
    if row.status != status:
        row.status = status
        changed(row, reviews.clock)
        await session.flush()
        await keeping.see_to(session, reviews.clock, row)


async def establish(
    session: AsyncSession, clock: Clock, keyring: Keyring, row: StationApplication, who: str
) -> None:
    """Set up the station that was applied for, with its advisors, and tell of it.

    Mobile stations that it named have joint recruitment proposed to them.
    """
    today, now = local_date(clock.now()), clock.now()
    station = Station(
        id=new_id(),
        status="active",
        approval="new",
        approved_on=today,
        created_at=now,
        changed_at=now,
        version=1,
        **row.model_dump(
            include={
                "kind",
                "level",
                "name_zh",
                "name_en",
                "unit_id",
                "unit_zh",
                "unit_en",
                "region",
                "parent_id",
                "disciplines",
            }
        ),
    )
    session.add(station)
    await session.flush()
    row.status, row.station_id = Status.ESTABLISHED, station.id
    changed(row, clock)
    session.add_all(
        new_advisor(clock, keyring, station.id, each, today) for each in named(keyring, row)
    )
    await _propose(session, clock, row, station)
    await session.flush()
    await keeping.see_to(session, clock, row)
    await stations.note(session, clock, who, station, "recognised", today, application=str(row.id))
    await stations.tell(session, clock, station, StationRecognised)


async def _propose(
    session: AsyncSession, clock: Clock, row: StationApplication, station: Station
) -> None:
    _, partners = declared(row)
    wanted = {each.station_id for each in partners if each.station_id is not None}
    found = await repository.stations_by_id(session, sorted(wanted))
    session.add_all(
        new_link(clock, station, partner, station.approved_on, None)
        for partner in found.values()
        if fits(station, partner)
    )


def changed(row: StationApplication, clock: Clock) -> None:
    """Note that an application has changed."""
    row.changed_at = clock.now()
    row.version += 1
