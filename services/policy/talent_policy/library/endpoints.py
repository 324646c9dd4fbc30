"""The library over HTTP: public to read, published by the region's policy administrator."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import service as library
from .access import PackPublish, PacksDep
from .errors import AlreadyPublished, NoPack, PackOfAnotherRegion, PackRefused
from .schemas import MeasureList, PackCreate, PackLine, PackRead

packs = noun_router("/packs", "library")
measures = noun_router("/measures", "library")

Region = Annotated[str, Query(min_length=2, max_length=32, examples=["350700"])]


@packs.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        OutsideRegion,
        AlreadyPublished,
        PackOfAnotherRegion,
        InProgress,
        KeyReused,
        PackRefused,
    ),
)
async def publish(
    body: PackCreate, who: PackPublish, session: SessionDep, cache: PacksDep, clock: ClockDep
) -> PackRead:
    """Publish a pack as the next version of its name; refused unless every check passes."""
    return await library.publish(session, cache, clock, who, body)


@packs.get("", responses=problems(CursorInvalid))
async def list_packs(session: SessionDep, page: PageDep) -> Page[PackLine]:
    """List published versions of packs, newest first. Public."""
    return await library.packs(session, page)


@packs.get("/{pack_id}", responses=problems(NoPack))
async def read_pack(pack_id: UUID, session: SessionDep) -> PackRead:
    """Read one published version with its rules, settings and examples. Public."""
    return await library.pack(session, pack_id)


@measures.get("")
async def list_measures(
    region: Region,
    session: SessionDep,
    cache: PacksDep,
    clock: ClockDep,
    as_of: date | None = None,
) -> MeasureList:
    """List the measures that apply in a region on a day, with citation and conditions. Public."""
    return await library.measures(session, cache, clock, region, as_of)
