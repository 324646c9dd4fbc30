"""`/v1/station-register`: open to everybody, and caches keep it."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from talent_kit.database import SessionDep
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Invalid, problems
from talent_kit.routing import noun_router

from ..caching import NOT_MODIFIED, IfNoneMatch, cache_headers, kept, unchanged
from ..positions.access import ServiceDep
from . import errors, service
from .schemas import RegisterEntry, RegisterStation
from .service import FiltersDep

router = noun_router("/station-register", "station-register")

_SECONDS = 300


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


_TYPES = {Format.JSON: "application/json", Format.CSV: "text/csv"}
_WRITTEN = {Format.JSON: service.as_json, Format.CSV: service.as_csv}


@router.get(
    "",
    response_model=Page[RegisterEntry],
    responses=problems(CursorInvalid, Invalid) | NOT_MODIFIED,
)
async def find(
    filters: FiltersDep,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Search the register of stations; those that were merged or revoked are in it too."""
    found = await service.find(session, clock, filters, page)
    return kept(found.model_dump_json().encode(), if_none_match, seconds=_SECONDS)


@router.get(
    "/download",
    response_class=StreamingResponse,
    responses={200: {"content": {each: {} for each in _TYPES.values()}}}
    | NOT_MODIFIED
    | problems(Invalid),
)
async def download(
    of: ServiceDep,
    session: SessionDep,
    kind: Annotated[Format, Query(alias="format")] = Format.JSON,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Take the whole register along, as JSON or CSV."""
    etag = await service.etag(session, kind)
    headers = cache_headers(etag, _SECONDS)
    if unchanged(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="station-register.{kind}"'
    return StreamingResponse(_WRITTEN[kind](of.database), media_type=_TYPES[kind], headers=headers)


@router.get(
    "/{station_id}",
    response_model=RegisterStation,
    responses=problems(Invalid, errors.EntryNotFound) | NOT_MODIFIED,
)
async def read(
    station_id: UUID, session: SessionDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a station of the register with what happened to it."""
    found = await service.read(session, station_id)
    return kept(found.model_dump_json().encode(), if_none_match, seconds=_SECONDS)
