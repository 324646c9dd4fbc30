"""Finding a subject and who it belongs to."""

from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock
from talent_kit.problems import Forbidden

from . import repository
from .errors import NoSubject, OwnSubject
from .vocabulary import SubjectKind


class SubjectFound(NamedTuple):
    """A subject with its region, whose data key seals its facts, and the logins it belongs to."""

    kind: SubjectKind
    id: UUID
    region: str | None
    """None while the organisation of an employment is not known yet."""
    talent_id: UUID | None
    """Whose facts these are, where they are personal."""
    employer_id: UUID | None
    talent_login: str | None
    agents: tuple[str, ...]
    former_agents: tuple[str, ...]
    """All who ever were agents."""


async def find_subject(session: AsyncSession, kind: str, identifier: UUID) -> SubjectFound:
    """Return a subject; raises NoSubject."""
    if kind == SubjectKind.PERSON:
        return await subject_of(session, SubjectKind.PERSON, identifier, talent_id=identifier)
    if kind == SubjectKind.ORGANISATION:
        return await subject_of(
            session, SubjectKind.ORGANISATION, identifier, employer_id=identifier
        )
    if kind == SubjectKind.EMPLOYMENT:
        return await _employment(session, identifier)
    matter = await repository.matter(session, identifier)
    if matter is None or matter.kind != kind:
        raise NoSubject
    found = await subject_of(
        session,
        SubjectKind(matter.kind),
        matter.id,
        talent_id=matter.talent_id,
        employer_id=matter.employer_id,
    )
    return found._replace(region=matter.region)


async def subject_of(
    session: AsyncSession,
    kind: SubjectKind,
    identifier: UUID,
    *,
    talent_id: UUID | None = None,
    employer_id: UUID | None = None,
) -> SubjectFound:
    """Return a subject between these parties, of the organisation's region if there is one.

    Raises NoSubject where a party is not known.
    """
    person = await repository.person(session, talent_id) if talent_id else None
    organisation = await repository.organisation(session, employer_id) if employer_id else None
    side = organisation or person
    if side is None or (person is None) != (talent_id is None):
        raise NoSubject
    if (organisation is None) != (employer_id is None):
        raise NoSubject
    return SubjectFound(
        kind,
        identifier,
        side.region,
        talent_id,
        employer_id,
        person.login if person else None,
        tuple(organisation.agents) if organisation else (),
        tuple(organisation.former_agents) if organisation else (),
    )


async def _employment(session: AsyncSession, identifier: UUID) -> SubjectFound:
    found = await repository.employment(session, identifier)
    if found is None:
        raise NoSubject
    employment, organisation, person = found
    return SubjectFound(
        SubjectKind.EMPLOYMENT,
        identifier,
        organisation.region if organisation else None,
        employment.talent_id,
        employment.employer_id,
        person.login if person else None,
        tuple(organisation.agents) if organisation else (),
        tuple(organisation.former_agents) if organisation else (),
    )


def acts_as(who: Principal, subject: SubjectFound) -> str | None:
    """Return `talent` or `agent` where the subject is the caller's own, else None.

    The token's employer only selects; who acts for it is data. A person is the talent's alone.
    """
    if Role.TALENT in who.roles and subject.talent_login == who.subject:
        return "talent"
    selected = who.employer in {None, subject.employer_id}
    if Role.EMPLOYER in who.roles and selected and who.subject in subject.agents:
        return "agent"
    return None


def is_party(who: Principal, subject: SubjectFound) -> bool:
    """Tell whether a login belongs or belonged to a party of the subject, whatever its role."""
    return who.subject in {subject.talent_login, *subject.agents, *subject.former_agents}


async def require_own_or_overseen(
    session: AsyncSession, who: Principal, subject: SubjectFound, clock: Clock
) -> str:
    """Return the role in which the caller meets the subject.

    Raises OutsideRegion for staff of another region, OwnSubject for staff who are a party, and
    NoSubject for other people's subjects.
    """
    own = acts_as(who, subject)
    if own is not None:
        return own
    if Role.REVIEWER not in who.roles:
        raise NoSubject
    if is_party(who, subject):
        raise OwnSubject
    await require_overseen(session, who, subject, clock)
    return "reviewer"


async def require_overseen(
    session: AsyncSession, who: Principal, subject: SubjectFound, clock: Clock
) -> None:
    """Raise Forbidden without a region in the token, OutsideRegion for another region.

    A subject is overseen wherever it works, has matters, or has applied and is not done: nobody
    escapes an office by moving away.
    """
    if who.region is None:
        raise Forbidden(field="token.region")
    if subject.region is not None and who.oversees(subject.region, clock):
        return
    further = (await repository.further_regions(session, [subject.id]))[subject.id]
    if not any(who.oversees(region, clock) for region in further):
        raise OutsideRegion
