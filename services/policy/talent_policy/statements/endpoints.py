"""Statements and differences over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
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

from ..parts import SettingsDep
from . import service
from .access import StatementReader, StatementWriter
from .errors import AlreadyExplained, DayToCome, NoDifference, StillDisputed
from .schemas import DifferenceRead, Explain, State, StatementAsk, StatementRead

_STAFF = (Unauthenticated, Forbidden, OutsideRegion, Invalid)

statements = noun_router("/statements", "statements")
differences = noun_router("/differences", "statements")


@statements.post(
    "",
    status_code=202,
    dependencies=[Idempotent],
    responses=problems(*_STAFF, DayToCome, InProgress, KeyReused),
)
async def ask(
    body: StatementAsk,
    who: StatementWriter,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
) -> StatementRead:
    """Compare a day with the bank's statement; the worker does it, and every day by itself."""
    region = settings.bank_region
    return service.statement_read(await service.ask(session, clock, who, region, body.day))


@statements.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_statements(
    who: StatementReader, session: SessionDep, clock: ClockDep, page: PageDep
) -> Page[StatementRead]:
    """List the days that were compared."""
    return await service.statements(session, clock, who, page)


@differences.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_differences(
    who: StatementReader,
    session: SessionDep,
    clock: ClockDep,
    page: PageDep,
    state: Annotated[State | None, Query()] = None,
) -> Page[DifferenceRead]:
    """List where the bank and our books differ, in the caller's region and below."""
    return await service.differences(session, clock, who, state, page)


@differences.post(
    "/{difference_id}/explain",
    dependencies=[Idempotent],
    responses=problems(
        *_STAFF,
        *(NoDifference, AlreadyExplained, StillDisputed, VersionChanged, VersionRequired),
        *(InProgress, KeyReused),
    ),
)
async def explain(
    difference_id: UUID,
    body: Explain,
    version: IfMatch,
    who: StatementWriter,
    session: SessionDep,
    clock: ClockDep,
) -> DifferenceRead:
    """Say what a difference comes from."""
    found = await service.explain(session, clock, who, difference_id, body, version)
    return service.difference_read(found)
