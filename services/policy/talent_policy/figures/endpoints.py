"""Figures over HTTP."""

from typing import Annotated

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import service
from .access import FigureReader
from .schemas import By, FigureList, TotalList

router = noun_router("/figures", "figures")

Year = Annotated[int | None, Query(ge=2020, le=2100)]


@router.get("", responses=problems(Unauthenticated, Forbidden, OutsideRegion, Invalid))
async def read_figures(
    who: FigureReader,
    session: SessionDep,
    clock: ClockDep,
    by: By = "measure",
    year: Year = None,
    region: Annotated[str | None, Query(pattern=r"^[0-9A-Z]{6}$")] = None,
    measure: Annotated[str | None, Query(max_length=20)] = None,
) -> FigureList:
    """Read how many applications and payments stand where, of the caller's region and below."""
    return await service.figures(session, clock, who, by, year, region, measure)


@router.get("/totals", responses=problems(Invalid))
async def read_totals(session: SessionDep, clock: ClockDep, year: Year = None) -> TotalList:
    """Read what each measure has come to in a year; small numbers are not told."""
    return await service.totals(session, clock, year)
