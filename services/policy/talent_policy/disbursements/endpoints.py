"""Budgets, payments and the ledger over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Body, Query
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

from . import budgets as budgeting
from . import reading, settling
from . import service as disbursements
from .access import BudgetRead as BudgetReader
from .access import BudgetWrite, FinanceRead, FinanceWrite
from .errors import (
    AccountChanged,
    BudgetBelowReserved,
    BudgetExists,
    FourEyes,
    NoBudget,
    NoPayment,
    NotDisputed,
    NotReleasable,
    NotWhatTheBankSays,
    OwnPayment,
)
from .schemas import (
    BudgetCreate,
    BudgetLimit,
    BudgetRead,
    Ledger,
    PaymentDetail,
    PaymentQuery,
    Release,
    Resolve,
    Status,
)

_STAFF = (Unauthenticated, Forbidden, OutsideRegion, Invalid)
_UPDATE = (VersionChanged, VersionRequired)
_PLAIN = Release()

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
    return reading.budget(await budgeting.create(session, clock, who, body))


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
    changed = await budgeting.change(session, clock, who, budget_id, body.limit_fen, version)
    return reading.budget(changed)


@payments.get("", responses=problems(*_STAFF, CursorInvalid))
async def list_payments(
    who: FinanceRead,
    session: SessionDep,
    clock: ClockDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
    waiting: Annotated[Literal["budget"] | None, Query()] = None,
) -> Page[PaymentDetail]:
    """List the payments of the caller's region and below; `waiting` those due without a budget."""
    asked = PaymentQuery(status=status, waiting=waiting)
    return await reading.payments(session, clock, who, asked, page)


@payments.get("/{payment_id}", responses=problems(*_STAFF, NoPayment))
async def read_payment(
    payment_id: UUID, who: FinanceRead, session: SessionDep, clock: ClockDep
) -> PaymentDetail:
    """Read one payment."""
    found = await disbursements.payment_for(session, clock, who, payment_id)
    return await reading.detail(session, clock, found)


@payments.post(
    "/{payment_id}/release",
    dependencies=[Idempotent],
    responses=problems(
        *_STAFF,
        *_UPDATE,
        *(NoPayment, NotReleasable, FourEyes, OwnPayment, AccountChanged, InProgress, KeyReused),
    ),
)
async def release(
    payment_id: UUID,
    version: IfMatch,
    who: FinanceWrite,
    session: SessionDep,
    clock: ClockDep,
    body: Annotated[Release, Body()] = _PLAIN,
) -> PaymentDetail:
    """Release an owed or refused payment to the bank; not by whoever approved it."""
    released = await disbursements.release(
        session, clock, who, payment_id, version, body.account_changed_at
    )
    return await reading.detail(session, clock, released)


@payments.post(
    "/{payment_id}/resolve",
    dependencies=[Idempotent],
    responses=problems(
        *_STAFF,
        *_UPDATE,
        *(NoPayment, NotDisputed, NotWhatTheBankSays, FourEyes, OwnPayment),
        *(InProgress, KeyReused),
    ),
)
async def resolve(
    payment_id: UUID,
    body: Resolve,
    version: IfMatch,
    who: FinanceWrite,
    session: SessionDep,
    clock: ClockDep,
) -> PaymentDetail:
    """Say how a dispute with the bank ends; it ends once a second person says the same."""
    resolved = await settling.resolve(session, clock, who, payment_id, version, body)
    return await reading.detail(session, clock, resolved)


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
) -> PaymentDetail:
    """Stop a payment that is owed or was refused; the money goes back to its budget."""
    cancelled = await disbursements.cancel(session, clock, who, payment_id, version)
    return await reading.detail(session, clock, cancelled)


@ledger.get("", responses=problems(*_STAFF))
async def read_ledger(who: FinanceRead, session: SessionDep, clock: ClockDep) -> Ledger:
    """Read the balances of the caller's regions by kind of account; their total is zero."""
    return await reading.ledger(session, clock, who)
