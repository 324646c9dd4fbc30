"""What waits for whom (工作清单): applications by the step that somebody must take."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.pagination import OldestFirst, Page
from talent_kit.regions import region_and_below

from ..models.applications import Application
from . import repository
from .rules import waiting_days
from .schemas import ApplicationLine, WorkItem


@dataclass(frozen=True)
class Asked:
    """Which work is asked for; both days of submission are included (Asia/Shanghai)."""

    step: str
    region: str | None = None
    measure: str | None = None
    submitted_from: date | None = None
    submitted_until: date | None = None


async def work(
    session: AsyncSession, clock: Clock, who: Principal, asked: Asked, page: OldestFirst
) -> Page[WorkItem]:
    """List what waits in a region and those below it, the caller's own where none is named.

    Raises OutsideRegion for a region that the caller does not oversee.
    """
    today = local_date(clock.now())
    first, last = asked.submitted_from, asked.submitted_until
    submitted = (
        None if first is None else local_midnight(first),
        None if last is None else local_midnight(last + timedelta(days=1)),
    )
    regions = scope(who, clock, asked.region)
    rows, following = await repository.waiting(
        session, regions, asked.step, asked.measure, submitted, page
    )
    return Page(items=[_item(row, today) for row in rows], next_cursor=following)


def scope(who: Principal, clock: Clock, region: str | None) -> tuple[str, ...]:
    """Return a region and those below it today; raises OutsideRegion."""
    if region is None:
        return who.regions(clock)
    if not who.oversees(region, clock):
        raise OutsideRegion(field="query.region")
    return region_and_below(region, local_date(clock.now()))


def _item(row: Application, today: date) -> WorkItem:
    line = ApplicationLine.model_validate(row.model_dump())
    return WorkItem(
        **line.model_dump(),
        step=row.step,
        waiting_since=row.waiting_since,
        waiting_days=waiting_days(local_date(row.waiting_since), today),
    )
