"""`/v1/positions`: what everybody may read, and caches keep."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from talent_kit.database import SessionDep
from talent_kit.pagination import CursorInvalid, OldestFirstDep, Page
from talent_kit.parts import ClockDep, Language
from talent_kit.problems import Invalid, problems
from talent_kit.routing import noun_router

from ..caching import NOT_MODIFIED, IfNoneMatch, cache_headers, kept, unchanged
from . import downloads, errors, feeds, postings, public
from .access import BaseDep, SearchesDep
from .schemas import PositionCard, PublicPosition
from .search import SoughtDep

router = noun_router("/positions", "positions")


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


_TYPES = {Format.JSON: "application/json", Format.CSV: "text/csv"}
_WRITTEN = {Format.JSON: downloads.as_json, Format.CSV: downloads.as_csv}
_BY_LANGUAGE = {"Vary": "Accept-Language"}


@router.get(
    "",
    response_model=Page[PositionCard],
    responses=problems(CursorInvalid, Invalid) | NOT_MODIFIED,
)
async def find(
    sought: SoughtDep,
    page: OldestFirstDep,
    searches: SearchesDep,
    clock: ClockDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Search what stations offer and one may still apply for; what was published last first."""
    content = await searches.page(clock, sought, page)
    return kept(content, if_none_match)


@router.get(
    "/feed.atom",
    response_class=Response,
    responses=problems(Invalid)
    | NOT_MODIFIED
    | {200: {"content": {feeds.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def feed(
    sought: SoughtDep,
    searches: SearchesDep,
    clock: ClockDep,
    base: BaseDep,
    language: Language,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Follow the newest hundred positions, or those of a search, as an Atom feed."""
    content = await public.feed(searches, clock, sought, base, language)
    return kept(content, if_none_match, media_type=feeds.MEDIA_TYPE, headers=_BY_LANGUAGE)


@router.get(
    "/download",
    response_class=StreamingResponse,
    responses=problems(Invalid)
    | NOT_MODIFIED
    | {200: {"content": {each: {} for each in _TYPES.values()}}},
)
async def download(
    sought: SoughtDep,
    searches: SearchesDep,
    session: SessionDep,
    clock: ClockDep,
    kind: Annotated[Format, Query(alias="format")] = Format.JSON,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Take along all positions that are open, or those of a search, as JSON or CSV."""
    etag = await downloads.etag(session, clock, sought, kind)
    headers = cache_headers(etag)
    if unchanged(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="positions.{kind}"'
    pieces = _WRITTEN[kind](searches, clock, sought)
    return StreamingResponse(pieces, media_type=_TYPES[kind], headers=headers)


@router.get(
    "/{position_id}",
    response_model=PublicPosition,
    responses=problems(Invalid, errors.PositionNotFound) | NOT_MODIFIED,
)
async def read(
    position_id: UUID, session: SessionDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a position that is or was published."""
    found = await public.read(session, position_id)
    return kept(found.model_dump_json().encode(), if_none_match)


@router.get(
    "/{position_id}/job-posting",
    response_class=Response,
    responses=problems(Invalid, errors.PositionNotFound)
    | NOT_MODIFIED
    | {200: {"content": {postings.MEDIA_TYPE: {"schema": {"type": "object"}}}}},
)
async def job_posting(
    position_id: UUID,
    session: SessionDep,
    clock: ClockDep,
    base: BaseDep,
    language: Language,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Read a position that is open as schema.org's JobPosting, for search engines."""
    content = await public.posting(session, clock, position_id, base, language)
    return kept(content, if_none_match, media_type=postings.MEDIA_TYPE, headers=_BY_LANGUAGE)
