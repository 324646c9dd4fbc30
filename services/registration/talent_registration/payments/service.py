"""Hearing notices, and showing what moved."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams
from talent_kit.versions import require_version

from ..activities import service as activities
from ..charges import service as charges
from ..charges.till import Till
from ..models import Activity, PaymentDifference
from ..people.repository import Known
from . import errors, repository, settling
from .provider import OrderSeen
from .schemas import DifferenceOut, Explanation, PaymentFigures, PaymentOut, RefundOut


async def hear(session: AsyncSession, clock: Clock, seen: OrderSeen) -> None:
    """Take a notice of the provider's; raises OrderNotFound, of which the comparison tells."""
    if await settling.take(session, clock, seen.number, seen) is None:
        raise errors.OrderNotFound


async def own(
    session: AsyncSession, till: Till | None, person: Known, registration_id: UUID
) -> PaymentOut:
    """Return what a registration of the caller's costs and what moved; raises OrderNotFound."""
    row = await repository.registration_of(session, registration_id)
    if row is None or row.talent_id != person.talent_id or row.order_id is None:
        raise errors.OrderNotFound
    (shown,) = (await held(session, [row.id])).values()
    shown.due = charges.due(till, await session.get_one(Activity, row.activity_id), row)
    return shown


async def held(session: AsyncSession, registration_ids: Sequence[UUID]) -> dict[UUID, PaymentOut]:
    """Return what registrations cost and what moved, by registration, of those with an order."""
    orders = await repository.orders_of(session, registration_ids)
    ids = [order.id for order in orders]
    moved, refunds = await repository.moved(session, ids), await repository.refunds_of(session, ids)
    return {
        order.registration_id: PaymentOut(
            order_id=order.id,
            **order.model_dump(include={"registration_id", "amount_fen", "status"}),
            paid_fen=moved.get((order.id, "paid"), 0),
            refunded_fen=moved.get((order.id, "refunded"), 0),
            refunds=[
                RefundOut.model_validate(row, from_attributes=True)
                for row in refunds.get(order.id, ())
            ],
        )
        for order in orders
    }


async def figures(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> PaymentFigures:
    """Return what is due, was paid and went back at an activity the caller may see."""
    await activities.read_as_staff(session, clock, who, activity_id)
    return await repository.figures(session, activity_id)


async def differences(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[DifferenceOut]:
    """List differences of the caller's region; an organiser's own where they are no more."""
    if who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR, Role.FINANCE}):
        rows, cursor = await repository.page_of_organiser(session, who.subject, page)
    else:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


async def explain(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    difference_id: UUID,
    expected: int,
    given: Explanation,
) -> DifferenceOut:
    """Say why there is a difference in the caller's region; once, and audited."""
    row = await repository.difference(session, difference_id)
    if row is None or not who.oversees(row.region, clock):
        raise errors.DifferenceNotFound
    require_version(row.version, expected)
    if row.note is not None:
        raise errors.Explained
    row.note, row.explained_by = given.note, who.subject
    row.version += 1
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="payment-difference.explained",
        subject=f"payment-difference:{row.id}",
        region=row.region,
        detail={"ours_fen": row.ours_fen, "theirs_fen": row.theirs_fen},
    )
    return _shown(row)


def _shown(row: PaymentDifference) -> DifferenceOut:
    return DifferenceOut.model_validate(row, from_attributes=True)
