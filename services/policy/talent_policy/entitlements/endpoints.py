"""Kept matches over HTTP: who is entitled and has not applied (政策找人), for staff."""

from typing import Annotated

from fastapi import Depends, Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..packs.content import MeasureId
from . import reading
from .access import EntitlementReader
from .reading import Asked
from .schemas import EntitlementFigures, EntitlementRead, Found, RunRead

_STAFF = (Unauthenticated, Forbidden, Invalid, OutsideRegion)

router = noun_router("/entitlements", "entitlements")


async def _asked(
    region: Annotated[str | None, Query(min_length=2, max_length=32)] = None,
    measure: Annotated[MeasureId | None, Query()] = None,
    applied: Annotated[bool | None, Query()] = None,
) -> Asked:
    return Asked(region, measure, applied)


AskedDep = Annotated[Asked, Depends(_asked)]


@router.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_entitlements(
    who: EntitlementReader,
    session: SessionDep,
    clock: ClockDep,
    asked: AskedDep,
    page: PageDep,
    outcome: Annotated[Found, Query()] = "eligible",
) -> Page[EntitlementRead]:
    """List who is entitled to what in the caller's region and below, the newest first."""
    return await reading.entitlements(session, clock, who, asked, outcome, page)


@router.get("/figures", responses=problems(*_STAFF))
async def read_figures(
    who: EntitlementReader, session: SessionDep, clock: ClockDep, asked: AskedDep
) -> EntitlementFigures:
    """Count them by measure: how many were found, how many of these have not applied."""
    return await reading.figures(session, clock, who, asked)


@router.get("/runs", responses=problems(*_STAFF, CursorInvalid))
async def list_runs(
    who: EntitlementReader, session: SessionDep, clock: ClockDep, page: PageDep
) -> Page[RunRead]:
    """List how far the matching of whole populations is: after new packs, and each day."""
    return await reading.runs(session, clock, who, page)
