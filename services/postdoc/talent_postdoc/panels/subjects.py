"""What panels assess: of which station it is, and who is too near to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.keyring import Keyring

from ..models.advisors import Advisor
from ..models.applications import StationApplication
from ..models.evaluations import Evaluation, EvaluationRound
from ..models.fellows import Fellow
from ..models.grants import Grant
from ..models.parties import Organisation, Person
from ..models.stations import Station
from .errors import PanelSubjectNotFound
from .rules import Interests, Purpose, same


@dataclass(frozen=True)
class Subject:
    """What a panel is about; `unit_id` is of the station, or of who asks for one."""

    id: UUID
    region: str
    unit_id: UUID | None
    names: tuple[str, ...]
    """What the unit is called."""
    station_id: UUID | None = None
    talent_id: UUID | None = None
    advisor_id: UUID | None = None
    attempt: int = 1


async def _exit(session: AsyncSession, subject_id: UUID) -> Subject | None:
    subject = await _fellow(session, subject_id)
    if subject is None:
        return None
    fellow = await session.get_one(Fellow, subject_id)
    return replace(subject, attempt=fellow.exit_attempt)


async def _fellow(session: AsyncSession, subject_id: UUID) -> Subject | None:
    query = select(Fellow).where(Fellow.id == subject_id).with_for_update()
    fellow = (await session.exec(query)).one_or_none()
    if fellow is None:
        return None
    station = (await session.exec(select(Station).where(Station.id == fellow.station_id))).one()
    return Subject(
        id=fellow.id,
        region=station.region,
        unit_id=station.unit_id,
        names=(station.unit_zh, station.unit_en),
        station_id=station.id,
        talent_id=fellow.talent_id,
        advisor_id=fellow.advisor_id,
    )


async def _application(session: AsyncSession, subject_id: UUID) -> Subject | None:
    query = select(StationApplication).where(StationApplication.id == subject_id).with_for_update()
    row = (await session.exec(query)).one_or_none()
    if row is None or row.status != "under_review":
        return None
    return Subject(
        id=row.id, region=row.region, unit_id=row.unit_id, names=(row.unit_zh, row.unit_en)
    )


async def _evaluation(session: AsyncSession, subject_id: UUID) -> Subject | None:
    query = select(Evaluation).where(Evaluation.id == subject_id).with_for_update()
    evaluation = (await session.exec(query)).one_or_none()
    if evaluation is None:
        return None
    opened = select(EvaluationRound).where(EvaluationRound.id == evaluation.round_id)
    station = (await session.exec(select(Station).where(Station.id == evaluation.station_id))).one()
    return Subject(
        id=evaluation.id,
        region=(await session.exec(opened)).one().region,
        unit_id=station.unit_id,
        names=(station.unit_zh, station.unit_en),
        station_id=station.id,
    )


async def _grant(session: AsyncSession, subject_id: UUID) -> Subject | None:
    query = select(Grant).where(Grant.id == subject_id).with_for_update()
    grant = (await session.exec(query)).one_or_none()
    fellow = None if grant is None else await _fellow(session, grant.fellow_id)
    return None if fellow is None else replace(fellow, id=subject_id)


_FOUND: Mapping[Purpose, Callable[[AsyncSession, UUID], Awaitable[Subject | None]]] = {
    Purpose.SET_UP: _application,
    Purpose.ENTRY: _fellow,
    Purpose.MID_TERM: _fellow,
    Purpose.EXIT: _exit,
    Purpose.EVALUATION: _evaluation,
    Purpose.GRANT: _grant,
}
"""By purpose: what finds and locks the subject, so that no two panels are convened at once."""


async def find(session: AsyncSession, purpose: Purpose, subject_id: UUID) -> Subject:
    """Return what a panel is about, locked; raises PanelSubjectNotFound."""
    finder = _FOUND.get(purpose)
    subject = None if finder is None else await finder(session, subject_id)
    if subject is None:
        raise PanelSubjectNotFound(field="body.subject_id")
    return subject


async def interests(session: AsyncSession, keyring: Keyring, subject: Subject) -> Interests:
    """Return who is too near to it."""
    person, agents, advisor = None, None, None
    if subject.talent_id is not None:
        found = select(Person.login).where(Person.talent_id == subject.talent_id)
        person = (await session.exec(found)).one_or_none()
    if subject.unit_id is not None:
        acting = select(Organisation.agents).where(Organisation.employer_id == subject.unit_id)
        agents = (await session.exec(acting)).one_or_none()
    if subject.advisor_id is not None:
        advising = await session.get(Advisor, subject.advisor_id)
        if advising is not None:
            place = f"advisor.name:{advising.id}".encode()
            advisor = same(keyring.open(advising.name_sealed, place).decode())
    return Interests(
        person=person,
        agents=frozenset(agents or ()),
        names=frozenset(same(name) for name in subject.names),
        advisor=advisor,
    )
