"""Which office has the word in a matter: that of a level, by a figure that the province sets.

Figures count as their province has them: a city takes no matter away from it by one of its own.
"""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.regions import regions
from talent_kit.reviews.plans import Level, responsible

from . import errors
from .service import terms_at


async def office_of(session: AsyncSession, region: str, figure: str, on: date) -> str:
    """Return the region whose office has the word in a matter of a region."""
    terms = await terms_at(session, responsible(region, Level.PROVINCE, on), on)
    return responsible(region, tuple(Level)[terms[figure]], on)


async def require_office(
    session: AsyncSession, clock: Clock, who: Principal, region: str, figure: str
) -> None:
    """Raise OfficeAbove unless the caller is of that office, or of one above it."""
    today = local_date(clock.now())
    office = await office_of(session, region, figure, today)
    if who.region is None or not regions().within(office, who.region, today):
        raise errors.OfficeAbove(region=office)
