"""The register: listing, reading, taking along."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.database import Database
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import region_and_below
from talent_kit.sheets import Cell, CsvSheet
from talent_kit.texts import Bilingual

from ..caching import etag_of
from ..disciplines.rules import with_fields
from ..models.stations import Station
from ..stations.states import Kind, Level, Status
from . import errors, repository
from .repository import Sought
from .schemas import HistoryEntry, RegisterEntry, RegisterStation

_SOME = 500
"""Stations read by one transaction."""
_COLUMNS = (
    "id",
    "kind",
    "level",
    "model",
    "status",
    "name_zh",
    "name_en",
    "unit_zh",
    "unit_en",
    "region",
    "disciplines",
    "approved_on",
    "parent_id",
    "successor_id",
)


class Filters:
    """What the list of the register is narrowed by."""

    def __init__(
        self,
        kind: Annotated[list[Kind] | None, Query(max_length=4)] = None,
        level: Annotated[list[Level] | None, Query(max_length=3)] = None,
        status: Annotated[list[Status] | None, Query(max_length=5)] = None,
        discipline: Annotated[
            list[Annotated[str, Query(pattern=r"^[0-9A-Z]{2,10}$")]] | None,
            Query(max_length=20, description="Any of them; two digits are a whole field."),
        ] = None,
        region: Annotated[
            str | None,
            Query(pattern=r"^[0-9A-Z]{6}$", description="With all that lies in it."),
        ] = None,
    ) -> None:
        self.kinds = [str(each) for each in kind or ()]
        self.levels = [str(each) for each in level or ()]
        self.statuses = [str(each) for each in status or ()]
        self.disciplines = with_fields(discipline or ())
        self.region = region


FiltersDep = Annotated[Filters, Depends()]


async def find(
    session: AsyncSession, clock: Clock, filters: Filters, page: PageParams
) -> Page[RegisterEntry]:
    """Return a page of the register, newest first."""
    regions = None
    if filters.region is not None:
        regions = region_and_below(filters.region, local_date(clock.now()))
    sought = Sought(filters.kinds, filters.levels, filters.statuses, filters.disciplines, regions)
    rows, cursor = await repository.page(session, sought, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def read(session: AsyncSession, station_id: UUID) -> RegisterStation:
    """Return a station with its history; raises EntryNotFound."""
    row = await repository.by_id(session, station_id)
    if row is None:
        raise errors.EntryNotFound
    past = await repository.history(session, station_id)
    entries = [
        HistoryEntry.model_validate(each.model_dump(include={"kind", "effective_on"}))
        for each in past
    ]
    return RegisterStation(**shown(row).model_dump(), history=entries)


async def etag(session: AsyncSession, kind: str) -> str:
    """Return the ETag of the whole register in a format."""
    found = await repository.state(session)
    return etag_of(kind.encode(), repr(found).encode())


async def as_json(database: Database) -> AsyncIterator[bytes]:
    """Yield the whole register as one JSON array, in the order of ids."""
    separator = b"["
    async for rows in _all(database):
        for row in rows:
            yield separator + shown(row).model_dump_json().encode()
            separator = b",\n"
    yield b"[]" if separator == b"[" else b"]"


async def as_csv(database: Database) -> AsyncIterator[bytes]:
    """Yield the whole register as CSV, in the order of ids."""
    sheet = CsvSheet()
    yield sheet.add([_COLUMNS])
    async for rows in _all(database):
        yield sheet.add(_cells(row) for row in rows)
    yield sheet.end()


async def _all(database: Database) -> AsyncIterator[Sequence[Station]]:
    last: UUID | None = None
    while True:
        async with database.transaction() as session:
            rows = await repository.some_after(session, last, _SOME)
        if rows:
            yield rows
        if len(rows) < _SOME:
            return
        last = rows[-1].id


def _cells(row: Station) -> list[Cell]:
    found = row.model_dump(mode="json", include=set(_COLUMNS))
    found["disciplines"] = "; ".join(found["disciplines"])
    found["model"] = json.dumps(found["model"])
    return [found[name] for name in _COLUMNS]


def shown(row: Station) -> RegisterEntry:
    """Return a station as the register has it."""
    same = set(RegisterEntry.model_fields) - {"name", "unit"}
    return RegisterEntry(
        **row.model_dump(include=same),
        name=Bilingual(zh=row.name_zh, en=row.name_en),
        unit=Bilingual(zh=row.unit_zh, en=row.unit_en),
    )
