"""What budgets, payments and the ledger look like from outside."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams, paginate

from ..models.money import Budget, Payment
from . import repository
from .schemas import AccountBalance, BudgetRead, Ledger, PaymentRead


def budget(row: Budget) -> BudgetRead:
    return BudgetRead.model_validate(row.model_dump())


def payment(row: Payment) -> PaymentRead:
    return PaymentRead.model_validate(row.model_dump())


async def budgets(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[BudgetRead]:
    query = select(Budget).where(col(Budget.region).in_(who.regions(clock)))
    rows, following = await paginate(session, query, col(Budget.id), page)
    return Page(items=[budget(row) for row in rows], next_cursor=following)


async def payments(
    session: AsyncSession, clock: Clock, who: Principal, status: str | None, page: PageParams
) -> Page[PaymentRead]:
    query = select(Payment).where(col(Payment.region).in_(who.regions(clock)))
    if status is not None:
        query = query.where(col(Payment.status) == status)
    rows, following = await paginate(session, query, col(Payment.id), page)
    return Page(items=[payment(row) for row in rows], next_cursor=following)


async def ledger(session: AsyncSession) -> Ledger:
    balances = await repository.balances(session)
    return Ledger(
        accounts=[AccountBalance(kind=kind, balance_fen=fen) for kind, fen in balances],
        transfers=await repository.transfers_made(session),
        total_fen=sum(fen for _, fen in balances),
    )
