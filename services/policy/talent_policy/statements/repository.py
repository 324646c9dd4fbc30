"""Queries of statements and differences; the comparison is one statement of SQL."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_date, local_midnight
from talent_kit.identifiers import new_id

from ..disbursements.bank import BankLine
from ..models.money import BankOrder, OrderStatus
from ..models.settling import Difference, Statement, StatementLine

_COMPARE = text(Path(__file__).with_name("comparing.sql").read_text("utf-8"))
_RETURNS = text(
    """
    UPDATE bank_order SET bank_fen = told.fen
    FROM (
        SELECT order_id, sum(CASE direction WHEN 'out' THEN amount_fen ELSE -amount_fen END) AS fen
        FROM statement_line
        WHERE order_id IN (
            SELECT order_id FROM statement_line
            WHERE day BETWEEN :since AND :until AND direction = 'in' AND order_id IS NOT NULL
        )
        GROUP BY order_id
    ) AS told
    WHERE bank_order.id = told.order_id AND bank_order.status = 'disputed'
    """
)
_SUMMARY = text(
    """
    INSERT INTO statement (
        id, day, region, status, lines, out_fen, in_fen, differences, compared_at, version
    )
    SELECT uuidv7(), days.day, :region, 'compared', count(line.position),
        coalesce(sum(line.amount_fen) FILTER (WHERE line.direction = 'out'), 0),
        coalesce(sum(line.amount_fen) FILTER (WHERE line.direction = 'in'), 0),
        (SELECT count(*) FROM difference WHERE difference.day = days.day AND state = 'open'),
        :now, 1
    FROM (
        SELECT generate_series(:since, :until, interval '1 day')::date AS day
    ) AS days
    LEFT JOIN statement_line AS line ON line.day = days.day
    GROUP BY days.day
    ON CONFLICT (day) DO UPDATE SET
        status = excluded.status, lines = excluded.lines, out_fen = excluded.out_fen,
        in_fen = excluded.in_fen, differences = excluded.differences,
        compared_at = excluded.compared_at, version = statement.version + 1
    """
)


async def keep(session: AsyncSession, lines: Sequence[BankLine]) -> None:
    """Keep lines as the bank told them; what is known already stays."""
    rows = [
        {
            "position": line.position,
            "day": local_date(line.booked_at),
            "direction": line.direction,
            "order_id": line.order_id or _order_named(line.reference),
            "reference": line.reference,
            "amount_fen": line.amount_fen,
            "taken_fen": 0,
            "account_mask": line.account_mask,
            "booked_at": line.booked_at,
        }
        for line in lines
    ]
    if rows:
        statement = insert(StatementLine).on_conflict_do_nothing(index_elements=["position"])
        await session.execute(statement, rows)


def _order_named(reference: str | None) -> UUID | None:
    """Return the order that a line names which brings its money back."""
    try:
        return UUID(reference) if reference else None
    except ValueError:
        return None


async def compare(
    session: AsyncSession, days: tuple[date, date], ends: datetime, now: datetime, region: str
) -> None:
    """Find the differences of days, let go of those that are gone, and count."""
    given: dict[str, Any] = {"since": days[0], "until": days[1]}
    told = given | {"now": now, "region": region}
    await session.execute(_RETURNS, given)
    await session.execute(
        _COMPARE,
        told | {"begins": local_midnight(days[0]), "ends": ends, "today": local_date(now)},
    )
    await session.execute(_SUMMARY, told)


async def incoming(session: AsyncSession, since: date, until: date) -> list[StatementLine]:
    """Return lines by which money came in that was not booked here, without an order."""
    query = select(StatementLine).where(
        col(StatementLine.day).between(since, until),
        col(StatementLine.direction) == "in",
        col(StatementLine.order_id).is_(None),
        col(StatementLine.taken_fen) == 0,
    )
    return list((await session.exec(query.order_by(col(StatementLine.position)))).all())


async def returned(session: AsyncSession, since: date, until: date) -> list[UUID]:
    """Return booked orders of which all came back (退汇), some of it within these days."""
    named = select(StatementLine.order_id).where(
        col(StatementLine.day).between(since, until), col(StatementLine.direction) == "in"
    )
    moved = case((col(StatementLine.direction) == "out", 1), else_=-1) * StatementLine.amount_fen
    query = (
        select(BankOrder.id)
        .join(StatementLine, col(StatementLine.order_id) == col(BankOrder.id))
        .where(col(BankOrder.id).in_(named), col(BankOrder.status) == OrderStatus.BOOKED)
        .group_by(col(BankOrder.id))
        .having(func.sum(moved) == 0)
    )
    return list((await session.exec(query.order_by(col(BankOrder.id)))).all())


async def next_day(session: AsyncSession) -> date | None:
    """Return the first day not compared yet: after the last one that was, or of the first order."""
    query = select(func.max(Statement.day)).where(col(Statement.status) == "compared")
    last = (await session.exec(query)).one()
    if last is not None:
        return last + timedelta(days=1)
    first = (await session.exec(select(func.min(BankOrder.booked_at)))).one()
    return None if first is None else local_date(first)


async def ask(session: AsyncSession, day: date, region: str, by: str) -> Statement:
    """Return the statement of a day as asked for, made where there is none."""
    await session.execute(
        insert(Statement)
        .values(
            id=new_id(),
            day=day,
            region=region,
            status="asked",
            asked_by=by,
            lines=0,
            out_fen=0,
            in_fen=0,
            differences=0,
            version=1,
        )
        .on_conflict_do_update(
            index_elements=["day"],
            set_={"status": "asked", "asked_by": by, "version": Statement.version + 1},
        )
    )
    return (await session.exec(select(Statement).where(col(Statement.day) == day))).one()


async def difference(session: AsyncSession, difference_id: UUID) -> Difference | None:
    """Return a difference, locked."""
    query = select(Difference).where(col(Difference.id) == difference_id)
    return (await session.exec(query.with_for_update())).one_or_none()
