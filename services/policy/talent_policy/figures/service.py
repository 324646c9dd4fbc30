"""Figures follow the events: each application and payment is counted once, where it stands.

An event moves what it is about from one cell to another; one that is older than what is counted
changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts.policy import ApplicationState, PaymentState
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.regions import region_and_below

from ..models.applications import ApplicationStatus
from ..models.figures import Counted
from . import repository
from .repository import Amount, Cell
from .schemas import By, FigureList, FigureRead, MeasureTotal, TotalList

_NOTHING = Amount(0, 0)
FEWEST = 3
"""Fewer than these are not told to the public: they could be recognised."""
_FIRST = "first"
_GRANTED = frozenset(
    {
        ApplicationStatus.APPROVED,
        ApplicationStatus.PAYING,
        ApplicationStatus.PAYMENT_FAILED,
        ApplicationStatus.PAID,
        ApplicationStatus.GRANTED,
    }
)


async def count(session: AsyncSession, events: Sequence[ApplicationState | PaymentState]) -> None:
    """Count applications and payments where their events say that they stand."""
    payments = [event for event in events if isinstance(event, PaymentState)]
    years = await repository.years(session, {event.application_id for event in payments})
    newest: dict[UUID, Counted] = {}
    for event in events:
        row = _payment(event, years) if isinstance(event, PaymentState) else _application(event)
        if row.id not in newest or newest[row.id].version < row.version:
            newest[row.id] = row
    before = await repository.counted(session, newest.keys())
    moved = [row for row in newest.values() if _is_newer(row, before.get(row.id))]
    if not moved:
        return
    changes: defaultdict[Cell, Amount] = defaultdict(lambda: _NOTHING)
    left: list[tuple[int, Any]] = [(-1, before[row.id]) for row in moved if row.id in before]
    for sign, row in [*left, *((1, row) for row in moved)]:
        for cell in _cells(row):
            items, fen = changes[cell]
            changes[cell] = Amount(items + sign, fen + sign * row.fen)
    await repository.save(session, moved)
    await repository.add(
        session, {cell: amount for cell, amount in changes.items() if amount != _NOTHING}
    )


def _is_newer(row: Counted, before: Row[Any] | None) -> bool:
    return before is None or before.version < row.version


def _application(event: ApplicationState) -> Counted:
    return Counted(
        id=event.application_id,
        version=event.version,
        region=event.region,
        year=event.submitted_on.year,
        measure=event.measure,
        kind="status",
        state=event.status,
        step=event.step,
        fen=event.amount_fen or 0,
    )


def _payment(event: PaymentState, years: Mapping[UUID, int]) -> Counted:
    return Counted(
        id=event.payment_id,
        version=event.version,
        region=event.region,
        year=years[event.application_id],
        measure=event.measure,
        kind="payment",
        state=event.status,
        step=_FIRST if event.instalment == 1 else None,
        fen=event.amount_fen,
    )


def _cells(row: Counted | Row[Any]) -> list[Cell]:
    """Return where an application (by status, and by step where it waits) or payment counts.

    First instalments count once more by themselves: as many applications were paid.
    """
    kinds = [(row.kind, row.state)]
    if row.kind == "payment" and row.step == _FIRST:
        kinds.append((_FIRST, row.state))
    elif row.step is not None:
        kinds.append(("step", row.step))
    return [Cell(row.region, row.year, row.measure, kind, state) for kind, state in kinds]


async def figures(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    by: By,
    year: int | None,
    region: str | None,
    measure: str | None,
) -> FigureList:
    """Return the figures of a region and those below it; the caller's own where none is named.

    Raises OutsideRegion. Without a year, this year's.
    """
    today = local_date(clock.now())
    if region is None:
        regions = who.regions(clock)
    elif who.oversees(region, clock):
        regions = region_and_below(region, today)
    else:
        raise OutsideRegion(field="query.region")
    found = await repository.sums(session, year or today.year, regions, measure, by)
    items = [
        FigureRead(
            measure=name if by == "measure" else measure,
            region=name if by == "region" else None,
            kind=kind,
            state=state,
            count=count,
            fen=fen,
        )
        for name, kind, state, count, fen in found
        if kind != _FIRST
    ]
    return FigureList(year=year or today.year, items=items)


async def totals(session: AsyncSession, clock: Clock, year: int | None) -> TotalList:
    """Return what each measure has come to in a year, over all regions and without small numbers.

    There are no totals by region: the difference between two would tell of a small one.
    """
    year = year or local_date(clock.now()).year
    granted: defaultdict[str, int] = defaultdict(int)
    paid: defaultdict[str, int] = defaultdict(int)
    paid_fen: defaultdict[str, int] = defaultdict(int)
    for measure, kind, state, count, fen in await repository.sums(
        session, year, None, None, "measure"
    ):
        if kind == "status" and state in _GRANTED:
            granted[measure] += count
        elif (kind, state) == (_FIRST, "paid"):
            paid[measure] = count
        elif (kind, state) == ("payment", "paid"):
            paid_fen[measure] = fen
    return TotalList(
        year=year,
        items=[
            MeasureTotal(
                measure=measure,
                granted=_told(granted[measure]),
                paid=None if hidden else paid[measure],
                paid_fen=None if hidden else paid_fen[measure],
            )
            for measure in sorted(granted.keys() | paid_fen.keys())
            for hidden in [_hidden(granted[measure], paid[measure], paid_fen[measure])]
        ],
    )


def _hidden(granted: int, paid: int, fen: int) -> bool:
    """Tell whether what was paid is not told: it is something, and few had it."""
    return fen > 0 and min(granted, paid) < FEWEST


def _told(number: int) -> int | None:
    return None if 0 < number < FEWEST else number


async def recount(session: AsyncSession) -> None:
    """Count everything anew from applications and payments as they stand."""
    await repository.recount(session)
