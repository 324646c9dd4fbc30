"""Figures follow the events: each station and fellow is counted once, where it now stands.

An event only says that something changed: how it stands is read from its row, so that order and
repetition of events do not matter.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.regions import region_and_below, regions
from talent_rules import RegionError

from ..terms import repository as set_terms
from ..terms.errors import UnknownRegion
from ..terms.rules import shipped
from ..terms.service import terms_at
from . import repository
from .repository import Cell
from .schemas import CityFigure, DisciplineFigure, FiguresOut, StationFigure

TARGET = "RECRUITED_TARGET"
NATION = "000000"


async def count(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Count stations and fellows where they stand now."""
    await repository.one_counts(session)
    now = await repository.standing(session, ids)
    before = await repository.counted(session, ids)
    changes: defaultdict[Cell, int] = defaultdict(int)
    for sign, rows in ((-1, before), (1, now)):
        for row in rows.values():
            for cell in _cells(row):
                changes[cell] += sign
    await repository.save(session, list(now.values()), before.keys() - now.keys())
    await repository.add(session, {cell: items for cell, items in changes.items() if items})


def _cells(row: Row[Any]) -> list[Cell]:
    if row.kind == "station":
        return [Cell(row.region, 0, "station", row.what, row.state)]
    cells = [Cell(row.region, 0, "inside", row.what, "")] if row.inside else []
    if row.year:
        cells.append(Cell(row.region, row.year, "recruited", row.what, ""))
    return cells


async def recount(session: AsyncSession) -> None:
    """Count everything anew from stations and fellows as they stand."""
    await repository.recount(session)


async def different(session: AsyncSession) -> int:
    """Return in how many cells what is kept is not what a count comes to."""
    return await repository.different(session)


async def read(
    session: AsyncSession, clock: Clock, region: str | None, year: int | None
) -> FiguresOut:
    """Return the figures of a region and those below it, of all regions where none is named."""
    today = local_date(clock.now())
    region, year = region or NATION, year or today.year
    if not regions().exists(region, today):
        raise UnknownRegion(field="query.region")
    scope = None if region == NATION else region_and_below(region, today)
    cities: defaultdict[str, dict[str, int]] = defaultdict(dict)
    totals: defaultdict[str, int] = defaultdict(int)
    for code, kind, items in await repository.sums(session, "region", scope, year):
        city = cities[city_of(code, today)]
        city[kind] = city.get(kind, 0) + items
        totals[kind] += items
    disciplines: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, kind, items in await repository.sums(session, "discipline", scope, year):
        disciplines[code][kind] = items
    stations = await repository.sums(session, "kind", scope, year)
    return FiguresOut(
        region=region,
        year=year,
        recruited=totals["recruited"],
        target=await _target(session, region, date(year, 12, 31), today),
        inside=totals["inside"],
        stations=totals["station"],
        by_kind=[
            StationFigure(kind=kind, status=status, stations=items)
            for kind, status, items in stations
        ],
        by_city=[
            CityFigure(
                region=code,
                recruited=found.get("recruited", 0),
                inside=found.get("inside", 0),
                stations=found.get("station", 0),
            )
            for code, found in sorted(cities.items())
        ],
        by_discipline=[
            DisciplineFigure(
                discipline=code,
                recruited=found.get("recruited", 0),
                inside=found.get("inside", 0),
            )
            for code, found in disciplines.items()
        ],
    )


def city_of(code: str, on: date) -> str:
    """Return the city in which a region lies, or the region where it is or contains cities."""
    try:
        line = (code, *regions().ancestors(code, on))
    except RegionError:
        return code
    return line[-3] if len(line) >= 3 else code


async def _target(session: AsyncSession, region: str, last_day: date, today: date) -> int | None:
    """Return what the plan wants of a region in a year: the region's own, never that of one above.

    What a province is to bring in says nothing about each of its cities.
    """
    on = min(last_day, today)
    if region not in shipped()[TARGET].regions:
        own = await set_terms.set_for(session, (region,))
        if not any(row.name == TARGET and row.valid_from <= on for row in own):
            return None
    return (await terms_at(session, region, on))[TARGET] or None
