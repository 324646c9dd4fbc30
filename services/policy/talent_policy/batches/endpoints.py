"""Batches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch

from ..disbursements.errors import FourEyes, OwnPayment
from . import service as batches
from .access import BatchReader, BatchWriter
from .errors import BatchNotDraft, MakerIsChecker, NoBatch, NothingOwed, NothingReleasable
from .schemas import (
    BatchCancel,
    BatchCreate,
    BatchDetail,
    BatchLine,
    BatchRead,
    BatchRelease,
    Status,
)

_STAFF = (Unauthenticated, Forbidden, OutsideRegion, Invalid)
_STEP = (
    *_STAFF,
    *(NoBatch, BatchNotDraft, VersionChanged, VersionRequired, InProgress, KeyReused),
)

router = noun_router("/batches", "batches")


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_STAFF, NothingOwed, InProgress, KeyReused),
)
async def make(
    body: BatchCreate, who: BatchWriter, session: SessionDep, clock: ClockDep
) -> BatchRead:
    """Make a batch of what is owed; somebody else releases it."""
    return await batches.make(session, clock, who, body)


@router.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_batches(
    who: BatchReader,
    session: SessionDep,
    clock: ClockDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
) -> Page[BatchLine]:
    """List the batches of the caller's region and below."""
    return await batches.page(session, clock, who, status, page)


@router.get("/{batch_id}", responses=problems(*_STAFF, NoBatch))
async def read_batch(
    batch_id: UUID, who: BatchReader, session: SessionDep, clock: ClockDep
) -> BatchDetail:
    """Read one batch with its payments."""
    found = await batches.batch_for(session, clock, who, batch_id)
    return await batches.detail(session, clock, found)


@router.get(
    "/{batch_id}/export",
    response_class=Response,
    responses={**problems(*_STAFF, NoBatch), 200: {"content": {"text/csv": {}}}},
)
async def export(
    batch_id: UUID, who: BatchReader, session: SessionDep, clock: ClockDep
) -> Response:
    """Read one batch as CSV, without personal data but masked accounts."""
    found = await batches.batch_for(session, clock, who, batch_id)
    text = await batches.export(session, clock, found)
    return Response(text, media_type="text/csv; charset=utf-8")


@router.post(
    "/{batch_id}/release",
    dependencies=[Idempotent],
    responses=problems(*_STEP, MakerIsChecker, FourEyes, OwnPayment, NothingReleasable),
)
async def release(
    batch_id: UUID,
    body: BatchRelease,
    version: IfMatch,
    who: BatchWriter,
    session: SessionDep,
    clock: ClockDep,
) -> BatchRead:
    """Release a batch to the bank in one act; those that cannot go are named."""
    return await batches.release(session, clock, who, batch_id, body.account_changes, version)


@router.post("/{batch_id}/cancel", dependencies=[Idempotent], responses=problems(*_STEP))
async def cancel(
    batch_id: UUID,
    body: BatchCancel,
    version: IfMatch,
    who: BatchWriter,
    session: SessionDep,
    clock: ClockDep,
) -> BatchRead:
    """Send a batch back, or take the own one back; its payments are owed as before."""
    return await batches.cancel(session, clock, who, batch_id, body.reason, version)
