"""What budgets, payments and the ledger look like from outside."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import Each, Page, PageParams, paginate

from ..models.money import BankOrder, Budget, OrderStatus, Payee, Payment, PaymentStatus
from ..payees import service as payees
from . import repository
from .rules import TO_COME
from .schemas import (
    AccountBalance,
    BudgetRead,
    Ledger,
    PaymentDetail,
    PaymentQuery,
    PaymentRead,
    RegionLedger,
)


def budget(row: Budget) -> BudgetRead:
    return BudgetRead.model_validate(row.model_dump())


def payment(row: Payment) -> PaymentRead:
    return PaymentRead.model_validate(row.model_dump())


async def detail(session: AsyncSession, clock: Clock, row: Payment) -> PaymentDetail:
    """Return a payment as finance sees it."""
    return (await details(session, clock, [row]))[0]


async def details(
    session: AsyncSession, clock: Clock, rows: Sequence[Payment]
) -> list[PaymentDetail]:
    """Return payments as finance sees them: accounts, orders and budgets in one query each."""
    on_file = await payees.on_file(session, rows)
    orders = await repository.latest_orders(session, [row.id for row in rows])
    today = local_date(clock.now())
    due = {
        row.budget_id for row in rows if row.status == PaymentStatus.PLANNED and row.due <= today
    }
    unappropriated = await repository.without_limit(session, due) if due else set()
    return [
        _detail(
            row,
            on_file.get((row.payee_kind, row.payee_owner)),
            orders.get(row.id),
            waits=row.budget_id in unappropriated and row.due <= today,
        )
        for row in rows
    ]


def _detail(
    row: Payment, payee: Payee | None, order: BankOrder | None, *, waits: bool
) -> PaymentDetail:
    to_come = row.status in TO_COME
    disputed = order is not None and order.status == OrderStatus.DISPUTED
    changed = payee.changed_at if payee and payee.changed_at > row.approved_at else None
    mask = payee.account_mask if payee else None
    if order is not None and not to_come:
        mask = order.account_mask or mask
    return PaymentDetail.model_validate(
        row.model_dump()
        | {
            "account_masked": mask,
            "account_changed_at": changed if to_come else None,
            "waiting": "budget" if waits and row.status == PaymentStatus.PLANNED else None,
            "bank_fen": order.bank_fen if order and disputed else None,
            "resolution": order.resolution if order and disputed else None,
        }
    )


async def budgets(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[BudgetRead]:
    each = Each(col(Budget.region), who.regions(clock))
    rows, following = await paginate(session, select(Budget), col(Budget.id), page, each)
    return Page(items=[budget(row) for row in rows], next_cursor=following)


async def payments(
    session: AsyncSession, clock: Clock, who: Principal, asked: PaymentQuery, page: PageParams
) -> Page[PaymentDetail]:
    query = select(Payment)
    if asked.status is not None:
        query = query.where(col(Payment.status) == asked.status)
    if asked.waiting is not None:
        query = query.where(repository.waiting_for_budget(local_date(clock.now())))
    each = Each(col(Payment.region), who.regions(clock))
    rows, following = await paginate(session, query, col(Payment.id), page, each)
    return Page(items=await details(session, clock, rows), next_cursor=following)


async def ledger(session: AsyncSession, clock: Clock, who: Principal) -> Ledger:
    """Return the balances of the caller's regions, as the database keeps them."""
    by_region: dict[str, dict[str, int]] = defaultdict(dict)
    totals: dict[str, int] = defaultdict(int)
    transfers = 0
    for region, kind, fen, debits in await repository.balances(session, who.regions(clock)):
        by_region[region][kind] = int(fen)
        totals[kind] += int(fen)
        transfers += int(debits)
    return Ledger(
        accounts=_accounts(totals),
        transfers=transfers,
        total_fen=sum(totals.values()),
        regions=[
            RegionLedger(region=region, accounts=_accounts(kinds), total_fen=sum(kinds.values()))
            for region, kinds in by_region.items()
        ],
    )


def _accounts(balances: dict[str, int]) -> list[AccountBalance]:
    return [AccountBalance(kind=kind, balance_fen=fen) for kind, fen in sorted(balances.items())]
