"""`/v1/terms`."""

from datetime import date
from typing import Annotated

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.clock import local_date
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import errors, service
from .access import TermSetter
from .schemas import NewTermValue, TermsOut

router = noun_router("/terms", "terms")


@router.get("", responses=problems(Invalid, errors.UnknownRegion))
async def read(
    session: SessionDep,
    clock: ClockDep,
    region: Annotated[str, Query(pattern=r"^[0-9A-Z]{6}$", examples=["350700"])],
    on: Annotated[date | None, Query(description="In Asia/Shanghai; without it, today.")] = None,
) -> TermsOut:
    """Read the figures of the rules as they hold in a region on a day."""
    return await service.read(session, region, on or local_date(clock.now()))


@router.post(
    "/{name}/values",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        OutsideRegion,
        InProgress,
        KeyReused,
        Invalid,
        errors.TermNotFound,
        errors.UnknownRegion,
        errors.TermValueInvalid,
    ),
)
async def set_value(
    name: str, body: NewTermValue, who: TermSetter, session: SessionDep, clock: ClockDep
) -> TermsOut:
    """Set a figure for your region from a day on; what was decided before keeps its figures."""
    return await service.set_value(session, clock, who, name, body)
