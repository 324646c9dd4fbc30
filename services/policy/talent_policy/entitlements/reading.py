"""What staff see: matches, figures and runs of their region and below."""

from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import region_and_below

from . import repository
from .schemas import EntitlementFigure, EntitlementFigures, EntitlementRead, RunRead


class Asked(NamedTuple):
    """Which of them; none: all."""

    region: str | None
    measure: str | None
    applied: bool | None

    def equal(self) -> dict[str, object]:
        return {"measure": self.measure, "applied": self.applied}


async def entitlements(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    asked: Asked,
    outcome: str,
    page: PageParams,
) -> Page[EntitlementRead]:
    """List kept matches; raises OutsideRegion."""
    regions = _regions(who, clock, asked.region)
    rows, following = await repository.page(
        session, regions, {"outcome": outcome, **asked.equal()}, page
    )
    return Page(
        items=[EntitlementRead(**row.model_dump() | {"pack": row.pack_name}) for row in rows],
        next_cursor=following,
    )


async def figures(
    session: AsyncSession, clock: Clock, who: Principal, asked: Asked
) -> EntitlementFigures:
    """Return the figures; raises OutsideRegion."""
    regions = _regions(who, clock, asked.region)
    rows = await repository.figures(session, regions, asked.equal())
    return EntitlementFigures(
        figures=[EntitlementFigure(**row._asdict() | {"pack": row.pack_name}) for row in rows]
    )


def _regions(who: Principal, clock: Clock, region: str | None) -> tuple[str, ...]:
    """Return the regions that are asked for: all that the caller oversees, or one and below."""
    if region is None:
        return who.regions(clock)
    if not who.oversees(region, clock):
        raise OutsideRegion(field="query.region")
    return region_and_below(region, local_date(clock.now()))


async def runs(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[RunRead]:
    """List the runs of everybody and of the caller's regions, the newest first."""
    rows, following = await repository.run_page(session, who.regions(clock), page)
    return Page(
        items=[RunRead.model_validate(row, from_attributes=True) for row in rows],
        next_cursor=following,
    )
