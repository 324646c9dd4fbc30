"""`/v1/postdoc-figures`."""

from typing import Annotated

from fastapi import Query, Response
from talent_kit.database import SessionDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Invalid, problems
from talent_kit.routing import noun_router

from ..terms.errors import UnknownRegion
from . import service
from .schemas import FiguresOut

router = noun_router("/postdoc-figures", "postdoc-figures")


@router.get("", responses=problems(Invalid, UnknownRegion))
async def read(
    session: SessionDep,
    clock: ClockDep,
    response: Response,
    region: Annotated[str | None, Query(pattern=r"^[0-9A-Z]{6}$")] = None,
    year: Annotated[int | None, Query(ge=1985, le=2100)] = None,
) -> FiguresOut:
    """Read how many were recruited against the plan, and what stations and fellows there are."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return await service.read(session, clock, region, year)
