"""Budgets, payments and the ledger over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
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

from ..dependencies import ClockDep
from . import reading
from . import service as disbursements
from .access import BudgetRead as BudgetReader
from .access import BudgetWrite, FinanceRead, FinanceWrite
from .errors import (
    BudgetBelowReserved,
    BudgetExists,
    FourEyes,
    NoBudget,
    NoPayment,
    NotReleasable,
    OwnPayment,
)
from .schemas import BudgetCreate, BudgetLimit, BudgetRead, Ledger, PaymentRead, Status

_STAFF = (Unauthenticated, Forbidden, OutsideRegion, Invalid)
_UPDATE = (VersionChanged, VersionRequired)

budgets = noun_router("/budgets", "budgets")
payments = noun_router("/payments", "payments")
ledger = noun_router("/ledger", "ledger")


@budgets.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_STAFF, BudgetExists, BudgetBelowReserved, InProgress, KeyReused),
)
async def create_budget(
    body: BudgetCreate, who: BudgetWrite, session: SessionDep, clock: ClockDep
) -> BudgetRead:
    """Appropriate what a pool may spend in a year."""
    return reading.budget(await disbursements.create_budget(session, clock, who, body))


@budgets.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_budgets(
    who: BudgetReader, session: SessionDep, clock: ClockDep, page: PageDep
) -> Page[BudgetRead]:
    """List the budgets of the caller's region and below."""
    return await reading.budgets(session, clock, who, page)


@budgets.put(
    "/{budget_id}",
    responses=problems(*_STAFF, *_UPDATE, NoBudget, BudgetBelowReserved),
)
async def change_budget(
    budget_id: UUID,
    body: BudgetLimit,
    version: IfMatch,
    who: BudgetWrite,
    session: SessionDep,
    clock: ClockDep,
) -> BudgetRead:
    """Set another limit."""
    changed = await disbursements.change_budget(
        session, clock, who, budget_id, body.limit_fen, version
    )
    return reading.budget(changed)


@payments.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_payments(
    who: FinanceRead,
    session: SessionDep,
    clock: ClockDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
) -> Page[PaymentRead]:
    """List the payments of the caller's region and below."""
    return await reading.payments(session, clock, who, status, page)


@payments.get("/{payment_id}", responses=problems(*_STAFF, NoPayment))
async def read_payment(
    payment_id: UUID, who: FinanceRead, session: SessionDep, clock: ClockDep
) -> PaymentRead:
    """Read one payment."""
    return reading.payment(await disbursements.payment_for(session, clock, who, payment_id))


@payments.post(
    "/{payment_id}/release",
    dependencies=[Idempotent],
    responses=problems(
        *_STAFF, *_UPDATE, NoPayment, NotReleasable, FourEyes, OwnPayment, InProgress, KeyReused
    ),
)
async def release(
    payment_id: UUID,
    version: IfMatch,
    who: FinanceWrite,
    session: SessionDep,
    clock: ClockDep,
) -> PaymentRead:
    """Release an owed or refused payment to the bank; not by whoever approved it."""
    return reading.payment(await disbursements.release(session, clock, who, payment_id, version))


@payments.post(
    "/{payment_id}/cancel",
    dependencies=[Idempotent],
    responses=problems(*_STAFF, *_UPDATE, NoPayment, NotReleasable, InProgress, KeyReused),
)
async def cancel(
    payment_id: UUID,
    version: IfMatch,
    who: FinanceWrite,
    session: SessionDep,
    clock: ClockDep,
) -> PaymentRead:
    """Stop a payment that is owed or was refused; the money goes back to its budget."""
    return reading.payment(await disbursements.cancel(session, clock, who, payment_id, version))


@ledger.get("", responses=problems(*_STAFF))
async def read_ledger(_: FinanceRead, session: SessionDep) -> Ledger:
    """Read the balances by kind of account; their total is zero."""
    return await reading.ledger(session)
