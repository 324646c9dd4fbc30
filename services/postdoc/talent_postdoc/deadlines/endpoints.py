"""`/v1/deadlines`."""

from typing import Annotated

from fastapi import Query
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.pagination import CursorInvalid, OldestFirstDep, Page
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parties.errors import NotRegistered
from . import listing
from .access import DeadlineReader
from .schemas import DeadlineOut

router = noun_router("/deadlines", "deadlines")


@router.get(
    "",
    responses=problems(
        Unauthenticated,
        Forbidden,
        NotRegistered,
        NotAnAgent,
        EmployerNotChosen,
        CursorInvalid,
        Invalid,
    ),
)
async def list_open(
    who: DeadlineReader,
    page: OldestFirstDep,
    session: SessionDep,
    clock: ClockDep,
    kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$", examples=["midterm"])] = None,
    overdue: Annotated[bool | None, Query(description="Whether the last day is over.")] = None,
) -> Page[DeadlineOut]:
    """List what is still to be done, the nearest day first: yours, your unit's or your region's."""
    return await listing.list_open(session, clock, who, page, kind=kind, overdue=overdue)
