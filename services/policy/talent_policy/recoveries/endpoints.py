"""Recoveries over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, VaultDep
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

from ..disbursements.errors import OwnPayment
from . import service as recoveries
from .access import RecoveryReader, RecoveryWriter
from .errors import NoRecovery, NothingPaid, RecoveryNotOpen, SamePerson, TooMuch
from .schemas import RecoveryCreate, RecoveryLine, RecoveryRead, Status, WriteOff

_STAFF = (Unauthenticated, Forbidden, OutsideRegion, Invalid)
_STEP = (
    *_STAFF,
    *(NoRecovery, RecoveryNotOpen, OwnPayment, VersionChanged, VersionRequired),
    *(InProgress, KeyReused),
)

router = noun_router("/recoveries", "recoveries")


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_STAFF, NothingPaid, OwnPayment, TooMuch, InProgress, KeyReused),
)
async def propose(
    body: RecoveryCreate,
    who: RecoveryWriter,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> RecoveryRead:
    """Propose to recover what was paid; another person confirms."""
    made = await recoveries.propose(session, clock, vault, who, body)
    return await recoveries.read(session, vault, made)


@router.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_recoveries(
    who: RecoveryReader,
    session: SessionDep,
    clock: ClockDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
) -> Page[RecoveryLine]:
    """List the recoveries of the caller's region and below."""
    return await recoveries.page(session, clock, who, status, page)


@router.get("/{recovery_id}", responses=problems(*_STAFF, NoRecovery))
async def read_recovery(
    recovery_id: UUID,
    who: RecoveryReader,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> RecoveryRead:
    """Read one recovery with its reason."""
    found = await recoveries.recovery_for(session, clock, who, recovery_id)
    return await recoveries.read(session, vault, found)


@router.post(
    "/{recovery_id}/confirm",
    dependencies=[Idempotent],
    responses=problems(*_STEP, SamePerson),
)
async def confirm(
    recovery_id: UUID,
    version: IfMatch,
    who: RecoveryWriter,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> RecoveryRead:
    """Order a recovery that somebody else proposed; what is still to come is stopped."""
    ordered = await recoveries.confirm(session, clock, who, recovery_id, version)
    return await recoveries.read(session, vault, ordered)


@router.post("/{recovery_id}/withdraw", dependencies=[Idempotent], responses=problems(*_STEP))
async def withdraw(
    recovery_id: UUID,
    version: IfMatch,
    who: RecoveryWriter,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> RecoveryRead:
    """Take back a recovery that is not confirmed."""
    taken_back = await recoveries.withdraw(session, clock, who, recovery_id, version)
    return await recoveries.read(session, vault, taken_back)


@router.post(
    "/{recovery_id}/write-off",
    dependencies=[Idempotent],
    responses=problems(*_STEP, SamePerson, TooMuch),
)
async def write_off(
    recovery_id: UUID,
    body: WriteOff,
    version: IfMatch,
    who: RecoveryWriter,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> RecoveryRead:
    """Give up an amount; it is written off once a second person says the same."""
    written = await recoveries.write_off(session, clock, who, recovery_id, body.amount_fen, version)
    return await recoveries.read(session, vault, written)
