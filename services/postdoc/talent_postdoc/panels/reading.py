"""Panels read: by their members, by whose they are, by staff of the region."""

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.employers import EmployerNotChosen, NotAnAgent, acted_for
from talent_kit.keyring import Keyring
from talent_kit.pagination import Page, PageParams

from ..models.panels import Panel, PanelMember
from ..models.parties import Organisation
from ..models.stations import Station
from . import errors, repository
from .schemas import PanelOut, PanelRow
from .service import convenes, show
from .showing import row as row_of

View = Literal["member", "convener"]
_STAFF = frozenset({Role.STATION_ADMIN, Role.AUDITOR})


async def list_seen(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    view: View,
    subject_id: UUID | None,
    page: PageParams,
) -> Page[PanelRow]:
    """List the panels on which the caller sits, or those of their unit or region."""
    if view == "member":
        rows, cursor = await repository.page_of_member(session, who.subject, subject_id, page)
    elif not who.roles.isdisjoint(_STAFF):
        regions = who.regions(clock)
        rows, cursor = await repository.page_of_regions(session, regions, subject_id, page)
    else:
        unit_id = await acted_for(session, who, Organisation)
        rows, cursor = await repository.page_of_unit(session, unit_id, subject_id, page)
    return Page(items=[row_of(row) for row in rows], next_cursor=cursor)


async def read(
    session: AsyncSession, clock: Clock, keyring: Keyring, who: Principal, panel_id: UUID
) -> PanelOut:
    """Return a panel; raises PanelNotFound to whom it does not concern."""
    panel = await repository.by_id(session, panel_id)
    everybody = () if panel is None else await repository.members(session, panel.id)
    if panel is None or not await _concerns(session, clock, who, panel, everybody):
        raise errors.PanelNotFound
    return await show(session, keyring, who, panel, everybody)


async def minutes(
    session: AsyncSession, clock: Clock, keyring: Keyring, who: Principal, panel_id: UUID
) -> tuple[PanelOut, str]:
    """Return a concluded panel and what its station is called; raises PanelNotConcluded."""
    panel = await read(session, clock, keyring, who, panel_id)
    if panel.status != "concluded":
        raise errors.PanelNotConcluded
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="panel.minutes-read",
        subject=f"panel:{panel.id}",
        region=panel.region,
    )
    station = None if panel.station_id is None else await session.get(Station, panel.station_id)
    return panel, "" if station is None else station.name_zh


async def _concerns(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    panel: Panel,
    everybody: Collection[PanelMember],
) -> bool:
    if any(row.login == who.subject and row.left_at is None for row in everybody):
        return True
    if not who.roles.isdisjoint(_STAFF) and who.oversees(panel.region, clock):
        return True
    try:
        return Role.EMPLOYER in who.roles and await convenes(session, clock, who, panel)
    except (NotAnAgent, EmployerNotChosen):
        return False
