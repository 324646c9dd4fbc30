"""`/v1/stations`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import errors, service
from .access import UnitOrOffice
from .schemas import StationOut

router = noun_router("/stations", "stations")

_SIGNED = (Unauthenticated, Forbidden)


@router.get("", responses=problems(*_SIGNED, NotAnAgent, EmployerNotChosen, CursorInvalid, Invalid))
async def list_seen(
    who: UnitOrOffice, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[StationOut]:
    """List the stations of your unit, or of your region as staff, newest first."""
    return await service.list_seen(session, clock, who, page)


@router.get(
    "/{station_id}",
    responses=problems(*_SIGNED, EmployerNotChosen, Invalid, errors.StationNotFound),
)
async def read(
    station_id: UUID, who: UnitOrOffice, session: SessionDep, clock: ClockDep
) -> StationOut:
    """Read a station of your unit, or of your region as staff."""
    return await service.read(session, clock, who, station_id)
