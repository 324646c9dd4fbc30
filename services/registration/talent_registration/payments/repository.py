"""Reading and writing orders, entries, refunds, and the provider's statement."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import tables
from talent_kit.bulk import insert_many
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.pagination import Each, PageParams, paginate

from ..models import (
    PaymentDay,
    PaymentDifference,
    PaymentEntry,
    PaymentLine,
    PaymentOrder,
    Refund,
    Registration,
)
from .provider import LineSeen, OrderSeen, PaidSeen
from .schemas import PaymentFigures

COMPARE_TIMER = "payments-compared"
DAILY = "daily"
_FRESH = {"populate_existing": True}


async def order(session: AsyncSession, order_id: UUID) -> PaymentOrder | None:
    """Return an order as it stands now; hold the seats of its activity where it is to change."""
    query = select(PaymentOrder).where(PaymentOrder.id == order_id)
    return (await session.exec(query.execution_options(**_FRESH))).one_or_none()


async def orders_of(
    session: AsyncSession, registration_ids: Collection[UUID]
) -> Sequence[PaymentOrder]:
    """Return the orders of registrations."""
    query = select(PaymentOrder).where(col(PaymentOrder.registration_id).in_(registration_ids))
    return (await session.exec(query.order_by(col(PaymentOrder.id)))).all()


async def enter(
    session: AsyncSession, order_id: UUID, kind: str, moved: Sequence[tuple[UUID, int, datetime]]
) -> set[UUID]:
    """Save that money moved, by reference, amount and instant; return what was not known yet."""
    rows = [
        {
            "id": new_id(),
            "order_id": order_id,
            "kind": kind,
            "reference": reference,
            "amount_fen": fen,
            "at": at,
        }
        for reference, fen, at in moved
        if fen > 0
    ]
    table = PaymentEntry.__table__  # type: ignore[attr-defined]
    ending = "ON CONFLICT (kind, reference) DO NOTHING RETURNING reference"
    return {row.reference for row in await insert_many(session, table, rows, ending)}


async def begin_comparing(session: AsyncSession, at: datetime) -> None:
    """Let statements be compared daily, from the first money on."""
    await session.execute(
        insert(tables.timer)
        .values(id=new_id(), kind=COMPARE_TIMER, key=DAILY, due=at)
        .on_conflict_do_nothing(index_elements=["kind", "key"])
    )


async def refund(session: AsyncSession, refund_id: UUID, *, lock: bool = False) -> Refund | None:
    """Return a refund, locked if asked."""
    query = select(Refund).where(Refund.id == refund_id).execution_options(**_FRESH)
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def refunds_of(
    session: AsyncSession, order_ids: Collection[UUID]
) -> dict[UUID, list[Refund]]:
    """Return the refunds of orders, the first ordered first."""
    query = select(Refund).where(col(Refund.order_id).in_(order_ids)).order_by(col(Refund.id))
    found: dict[UUID, list[Refund]] = defaultdict(list)
    for row in await session.exec(query):
        found[row.order_id].append(row)
    return found


async def moved(session: AsyncSession, order_ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return how much moved of orders, by order and kind."""
    query = (
        select(PaymentEntry.order_id, PaymentEntry.kind, func.sum(PaymentEntry.amount_fen))
        .where(col(PaymentEntry.order_id).in_(order_ids))
        .group_by(col(PaymentEntry.order_id), col(PaymentEntry.kind))
    )
    return {(one, kind): int(fen) for one, kind, fen in await session.exec(query)}


_FIGURES = text(
    """
    SELECT
        (SELECT coalesce(sum(due_fen), 0) FROM registration WHERE activity_id = :activity_id
            AND status IN ('confirmed', 'awaiting_payment'))::bigint AS due_fen,
        coalesce(sum(entry.paid), 0)::bigint AS paid_fen,
        coalesce(sum(entry.refunded), 0)::bigint AS refunded_fen,
        coalesce(sum(back.fen), 0)::bigint AS refunding_fen
    FROM payment_order
    LEFT JOIN LATERAL (
        SELECT sum(amount_fen) FILTER (WHERE kind = 'paid') AS paid,
            sum(amount_fen) FILTER (WHERE kind = 'refunded') AS refunded
        FROM payment_entry WHERE order_id = payment_order.id
    ) entry ON true
    LEFT JOIN LATERAL (
        SELECT sum(amount_fen) AS fen FROM refund
        WHERE order_id = payment_order.id AND status = 'ordered'
    ) back ON true
    WHERE payment_order.activity_id = :activity_id
    """
)


async def figures(session: AsyncSession, activity_id: UUID) -> PaymentFigures:
    """Return what is due, was paid and went back at an activity."""
    found = (await session.execute(_FIGURES, {"activity_id": activity_id})).one()
    return PaymentFigures(activity_id=activity_id, **found._asdict())


async def registration_of(session: AsyncSession, registration_id: UUID) -> Registration | None:
    """Return a registration."""
    return await session.get(Registration, registration_id)


async def next_day(session: AsyncSession) -> date | None:
    """Return the first day that was not compared yet; none where no money has moved."""
    last = (await session.exec(select(func.max(PaymentDay.day)))).one()
    if last is not None:
        return date.fromordinal(last.toordinal() + 1)
    first = (await session.exec(select(func.min(PaymentEntry.at)))).one()
    return None if first is None else local_date(first)


async def keep(session: AsyncSession, lines: Sequence[LineSeen]) -> None:
    """Keep lines of the statement, each once."""
    table = PaymentLine.__table__  # type: ignore[attr-defined]
    rows = [line._asdict() for line in lines]
    await insert_many(session, table, rows, "ON CONFLICT (position) DO NOTHING")


_UNHEARD = text(
    """
    SELECT line.order_id, line.reference, line.amount_fen, line.booked_at
    FROM payment_line line JOIN payment_order ON payment_order.id = line.order_id
    WHERE line.kind = 'paid' AND line.booked_at >= :begins AND line.booked_at < :ends
    AND NOT EXISTS (
        SELECT 1 FROM payment_entry entry
        WHERE entry.kind = 'paid' AND entry.reference = line.reference
    )
    ORDER BY line.position
    """
)
_UNCONFIRMED = text(
    """
    SELECT refund.id, line.booked_at
    FROM payment_line line JOIN refund ON refund.id = line.reference
    WHERE line.kind = 'refunded' AND line.booked_at >= :begins AND line.booked_at < :ends
    AND refund.status = 'ordered' AND refund.amount_fen = line.amount_fen
    ORDER BY line.position
    """
)


async def unheard(session: AsyncSession, begins: datetime, ends: datetime) -> list[OrderSeen]:
    """Return the payments of our orders on the statement of which nobody has told us."""
    found = await session.execute(_UNHEARD, {"begins": begins, "ends": ends})
    return [
        OrderSeen(
            number=row.order_id,
            status="paid",
            payments=[
                PaidSeen(payment_id=row.reference, amount_fen=row.amount_fen, paid_at=row.booked_at)
            ],
        )
        for row in found
    ]


async def unconfirmed(
    session: AsyncSession, begins: datetime, ends: datetime
) -> Sequence[tuple[UUID, datetime]]:
    """Return the refunds on the statement that we do not know to be made, and when they were."""
    found = await session.execute(_UNCONFIRMED, {"begins": begins, "ends": ends})
    return [(row.id, row.booked_at) for row in found]


_COMPARE = text(Path(__file__).with_name("comparing.sql").read_text("utf-8"))


async def compare(session: AsyncSession, since: date, until: date, given: dict[str, Any]) -> None:
    """Save where entries and statement differ, and which days were compared, ends included."""
    await session.execute(_COMPARE, given)
    days = [
        {"day": since + timedelta(days=number), "compared_at": given["now"]}
        for number in range((until - since).days + 1)
    ]
    table = PaymentDay.__table__  # type: ignore[attr-defined]
    await insert_many(session, table, days, "ON CONFLICT (day) DO NOTHING")


async def difference(session: AsyncSession, difference_id: UUID) -> PaymentDifference | None:
    """Return a difference, locked."""
    query = select(PaymentDifference).where(PaymentDifference.id == difference_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], page: PageParams
) -> tuple[Sequence[PaymentDifference], str | None]:
    """Return a page of the differences of some regions, newest first."""
    each = Each(col(PaymentDifference.region), regions)
    return await paginate(session, select(PaymentDifference), col(PaymentDifference.id), page, each)


async def page_of_organiser(
    session: AsyncSession, organiser: str, page: PageParams
) -> tuple[Sequence[PaymentDifference], str | None]:
    """Return a page of the differences at an organiser's activities, newest first."""
    query = select(PaymentDifference).where(PaymentDifference.organiser == organiser)
    return await paginate(session, query, col(PaymentDifference.id), page)
