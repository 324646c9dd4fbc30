"""Statements asked for, differences listed and explained."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import Page, PageParams, paginate
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..disbursements.repository import RECONCILE
from ..models.money import Payment, PaymentStatus
from ..models.settling import Difference, DifferenceKind, Statement
from . import repository
from .errors import AlreadyExplained, DayToCome, NoDifference, StillDisputed
from .schemas import DifferenceRead, Explain, StatementRead


async def ask(
    session: AsyncSession, clock: Clock, who: Principal, region: str, day: date
) -> Statement:
    """Let the worker compare a day, or compare it again; `region` is that of the bank account.

    Raises OutsideRegion, DayToCome.
    """
    if not who.oversees(region, clock):
        raise OutsideRegion
    if day > local_date(clock.now()):
        raise DayToCome(field="body.day")
    statement = await repository.ask(session, day, region, who.subject)
    await set_timer(session, RECONCILE, day.isoformat(), clock.now())
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="statement.ask",
        subject=str(statement.id),
        region=region,
        detail={"day": day.isoformat()},
    )
    return statement


async def explain(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    difference_id: UUID,
    given: Explain,
    expected: int,
) -> Difference:
    """Explain a difference with a note.

    Raises NoDifference, OutsideRegion, VersionChanged, AlreadyExplained, StillDisputed.
    """
    found = await repository.difference(session, difference_id)
    if found is None:
        raise NoDifference
    if not who.oversees(found.region, clock):
        raise OutsideRegion
    require_version(found.version, expected)
    if found.state != "open":
        raise AlreadyExplained
    if found.payment_id is not None and found.kind == DifferenceKind.ANOTHER_AMOUNT:
        payment = await session.get(Payment, found.payment_id)
        if payment is not None and payment.status == PaymentStatus.DISPUTED:
            raise StillDisputed
    found.state, found.note, found.explained_by = "explained", given.note, who.subject
    found.version += 1
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="difference.explain",
        subject=str(found.id),
        region=found.region,
        detail={"kind": found.kind, "ours_fen": found.ours_fen, "theirs_fen": found.theirs_fen},
    )
    return found


async def statements(
    session: AsyncSession, clock: Clock, who: Principal, params: PageParams
) -> Page[StatementRead]:
    """Return a page of the statements of accounts in the caller's regions."""
    query = select(Statement).where(col(Statement.region).in_(who.regions(clock)))
    rows, following = await paginate(session, query, col(Statement.id), params)
    return Page(items=[statement_read(row) for row in rows], next_cursor=following)


async def differences(
    session: AsyncSession, clock: Clock, who: Principal, state: str | None, params: PageParams
) -> Page[DifferenceRead]:
    """Return a page of the differences of the caller's regions."""
    query = select(Difference).where(col(Difference.region).in_(who.regions(clock)))
    if state is not None:
        query = query.where(col(Difference.state) == state)
    rows, following = await paginate(session, query, col(Difference.id), params)
    return Page(items=[difference_read(row) for row in rows], next_cursor=following)


def statement_read(row: Statement) -> StatementRead:
    return StatementRead.model_validate(row.model_dump())


def difference_read(row: Difference) -> DifferenceRead:
    return DifferenceRead.model_validate(row.model_dump())
