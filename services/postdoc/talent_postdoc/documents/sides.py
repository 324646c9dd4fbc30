"""Whose affair the subject of a document is: who may attach and who may read.

Read from the tables themselves: what stands above, such as fellows, attaches documents too.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.employers import acts_for

from ..models.applications import StationApplication
from ..models.candidacies import Candidacy
from ..models.evaluations import Evaluation
from ..models.fellows import Fellow, FellowEntry
from ..models.grants import Grant
from ..models.panels import Panel, PanelMember
from ..models.parties import Organisation, Person
from ..models.stations import Station


@dataclass(frozen=True)
class Side:
    """The parties to something."""

    region: str
    unit_ids: frozenset[UUID]
    talent_id: UUID | None = None
    relied_until: datetime | None = None
    """What was attached until then was relied on; None where nothing was yet."""


ALL = datetime.max.replace(tzinfo=UTC)
"""Everything was relied on, whenever it was attached."""

Resolver = Callable[[AsyncSession, UUID], Awaitable[Side | None]]


async def _fellow(session: AsyncSession, fellow_id: UUID) -> Side | None:
    fellow = await session.get(Fellow, fellow_id)
    if fellow is None:
        return None
    of = select(Station.unit_id).where(
        col(Station.id).in_([fellow.station_id, fellow.joint_station_id, fellow.transfer_to])
    )
    units = frozenset({fellow.unit_id, *(await session.exec(of)).all()})
    acted = select(func.max(FellowEntry.recorded_at)).where(FellowEntry.fellow_id == fellow_id)
    last = (await session.exec(acted)).one()
    return Side(fellow.region, units, fellow.talent_id, last)


async def _candidacy(session: AsyncSession, candidacy_id: UUID) -> Side | None:
    candidacy = await session.get(Candidacy, candidacy_id)
    if candidacy is None:
        return None
    relied = ALL if candidacy.ended_at is not None else None
    return Side(candidacy.region, frozenset({candidacy.unit_id}), candidacy.talent_id, relied)


async def _application(session: AsyncSession, application_id: UUID) -> Side | None:
    application = await session.get(StationApplication, application_id)
    if application is None:
        return None
    relied = None if application.status in ("draft", "returned") else ALL
    return Side(application.region, frozenset({application.unit_id}), relied_until=relied)


async def _evaluation(session: AsyncSession, evaluation_id: UUID) -> Side | None:
    row = await session.get(Evaluation, evaluation_id)
    if row is None:
        return None
    relied = None if row.submitted_at is None else ALL
    return Side(row.region, frozenset({row.unit_id}), relied_until=relied)


async def _grant(session: AsyncSession, grant_id: UUID) -> Side | None:
    grant = await session.get(Grant, grant_id)
    if grant is None:
        return None
    relied = None if grant.status == "draft" else ALL
    return Side(grant.region, frozenset({grant.unit_id}), grant.talent_id, relied)


SUBJECTS: Mapping[str, Resolver] = {
    "station_application": _application,
    "candidacy": _candidacy,
    "evaluation": _evaluation,
    "fellow": _fellow,
    "grant": _grant,
}
"""What a document may belong to; each noun adds its own."""


async def side_of(session: AsyncSession, subject_kind: str, subject_id: UUID) -> Side | None:
    """Return the parties to a subject, None where there is no such thing."""
    resolver = SUBJECTS.get(subject_kind)
    return None if resolver is None else await resolver(session, subject_id)


async def on_panel(session: AsyncSession, who: Principal, subject_id: UUID) -> bool:
    """Tell whether the caller sits on a panel about a subject."""
    query = (
        select(PanelMember.id)
        .join(Panel, col(Panel.id) == col(PanelMember.panel_id))
        .where(
            Panel.subject_id == subject_id,
            Panel.status != "dissolved",
            PanelMember.login == who.subject,
            col(PanelMember.left_at).is_(None),
        )
    )
    return (await session.exec(query.limit(1))).first() is not None


async def on_side(session: AsyncSession, clock: Clock, who: Principal, side: Side) -> bool:
    """Tell whether the caller is one of the parties, or the office of the region."""
    if Role.STATION_ADMIN in who.roles and who.oversees(side.region, clock):
        return True
    if Role.TALENT in who.roles and side.talent_id is not None:
        person = await session.get(Person, side.talent_id)
        if person is not None and person.login == who.subject:
            return True
    return Role.EMPLOYER in who.roles and await acts_for(session, who, Organisation, side.unit_ids)


async def reads(
    session: AsyncSession, clock: Clock, who: Principal, subject_kind: str, subject_id: UUID
) -> bool:
    """Tell whether the caller reads of an affair: a party, its office, its panel, an auditor."""
    side = await side_of(session, subject_kind, subject_id)
    if side is None:
        return False
    if Role.AUDITOR in who.roles and who.oversees(side.region, clock):
        return True
    return await on_side(session, clock, who, side) or await on_panel(session, who, subject_id)
