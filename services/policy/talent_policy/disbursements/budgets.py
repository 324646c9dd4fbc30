"""Appropriating what a pool may spend in a year. Amounts are integer fen."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock
from talent_kit.database import violated_constraint
from talent_kit.versions import require_version

from ..models.money import Budget
from . import repository
from .errors import BudgetBelowReserved, BudgetExists, NoBudget
from .schemas import BudgetCreate


async def create(
    session: AsyncSession, clock: Clock, who: Principal, given: BudgetCreate
) -> Budget:
    """Appropriate a year; gives a year that instalments already reserve its limit.

    Raises OutsideRegion, BudgetExists, BudgetBelowReserved.
    """
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    found = await repository.budget_of(session, given.pool, given.region, given.year)
    if found is not None:
        if found.limit_fen is not None:
            raise BudgetExists
        return await _set_limit(session, clock, who, found, given.limit_fen)
    budget = Budget(**given.model_dump())
    session.add(budget)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_budget_pool_region_year":
            raise BudgetExists from error
        raise
    await _audit_budget(session, clock, who, budget, "budget.create")
    return budget


async def change(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    budget_id: UUID,
    limit_fen: int,
    expected: int,
) -> Budget:
    """Set a new limit, not below what is reserved."""
    budget = await repository.budget(session, budget_id, lock=True)
    if budget is None:
        raise NoBudget
    if not who.oversees(budget.region, clock):
        raise OutsideRegion
    require_version(budget.version, expected)
    return await _set_limit(session, clock, who, budget, limit_fen)


async def _set_limit(
    session: AsyncSession, clock: Clock, who: Principal, budget: Budget, limit_fen: int
) -> Budget:
    if limit_fen < budget.reserved_fen:
        raise BudgetBelowReserved(reserved_fen=budget.reserved_fen)
    budget.limit_fen = limit_fen
    budget.version += 1
    await session.flush()
    await _audit_budget(session, clock, who, budget, "budget.limit")
    return budget


async def _audit_budget(
    session: AsyncSession, clock: Clock, who: Principal, budget: Budget, action: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=str(budget.id),
        region=budget.region,
        detail={"pool": budget.pool, "year": budget.year, "limit_fen": budget.limit_fen},
    )
