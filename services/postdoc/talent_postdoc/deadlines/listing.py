"""Showing open deadlines to whose they are."""

from datetime import date
from typing import Any

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import acted_for
from talent_kit.pagination import Each, OldestFirst, Page
from talent_kit.problems import Forbidden

from ..models.deadlines import Deadline
from ..models.parties import Organisation
from ..parties.service import registered
from . import repository
from .kinds import called
from .schemas import DeadlineOut


async def list_open(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    at: OldestFirst,
    *,
    kind: str | None,
    overdue: bool | None,
) -> Page[DeadlineOut]:
    """List a region's deadlines for staff, a unit's for its agent, else the fellow's own."""
    today = local_date(clock.now())
    whose: list[Any] = []
    each = None
    if not who.roles.isdisjoint({Role.STATION_ADMIN, Role.AUDITOR}):
        if who.region is None:
            raise Forbidden(field="token.region")
        each = Each(col(Deadline.region), who.regions(clock))
    elif Role.EMPLOYER in who.roles:
        whose = [col(Deadline.unit_id) == await acted_for(session, who, Organisation)]
    else:
        whose = [col(Deadline.talent_id) == (await registered(session, who)).talent_id]
    rows, cursor = await repository.page(
        session,
        whose,
        at,
        each,
        kind=kind,
        before=today if overdue else None,
        since=today if overdue is False else None,
    )
    return Page(items=[_shown(row, today) for row in rows], next_cursor=cursor)


def _shown(row: Deadline, today: date) -> DeadlineOut:
    shown = {"remind_on", "due_on", "region", "subject_kind", "subject_id", "version"}
    return DeadlineOut(
        **row.model_dump(include=shown | {"id", "kind", "station_id", "unit_id", "talent_id"}),
        label=called(row.kind),
        overdue=row.due_on < today,
    )
