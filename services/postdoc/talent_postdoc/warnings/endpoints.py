"""`/v1/station-warnings`."""

from uuid import UUID

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import errors, service
from .access import WarningOffice, WarningReader
from .schemas import Mended, WarningOut

router = noun_router("/station-warnings", "station-warnings")

_SIGNED = (Unauthenticated, Forbidden)


@router.get("", responses=problems(*_SIGNED, NotAnAgent, EmployerNotChosen, CursorInvalid, Invalid))
async def list_seen(
    who: WarningReader, page: PageDep, session: SessionDep, clock: ClockDep
) -> Page[WarningOut]:
    """List the warnings of your unit's stations, or of your region as staff, newest first."""
    return await service.list_seen(session, clock, who, page)


@router.get(
    "/{warning_id}",
    responses=problems(*_SIGNED, EmployerNotChosen, Invalid, errors.WarningNotFound),
)
async def read(
    warning_id: UUID, who: WarningReader, session: SessionDep, clock: ClockDep
) -> WarningOut:
    """Read a warning, and how many fellows are in the station now."""
    return await service.read(session, clock, who, warning_id)


@router.post(
    "/{warning_id}/mending",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED, InProgress, KeyReused, Invalid, errors.WarningNotFound, errors.WarningState
    ),
)
async def mend(
    warning_id: UUID, body: Mended, who: WarningOffice, session: SessionDep, clock: ClockDep
) -> WarningOut:
    """Record that what was wrong is mended: warning and suspension end."""
    return await service.mend(session, clock, who, warning_id, body)
