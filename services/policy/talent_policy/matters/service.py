"""Bringing and reading matters.

That one thing is not brought as two matters is no rule here: what is granted for it is claimed
once, and an authority's facts stand on the one that it knows.
"""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.problems import Forbidden

from ..callers import acts_for_employer, employer_of, talent_of
from ..facts.errors import NoSubject, SourceUnknown
from ..facts.repository import is_employed
from ..facts.subjects import (
    SubjectFound,
    find_subject,
    require_overseen,
    require_own_or_overseen,
    subject_of,
)
from ..facts.vocabulary import SIDES, SubjectKind
from ..models.matters import Matter
from ..settings import PolicySettings
from . import repository
from .errors import NoMatter, NotEmployed, NotYoursToBring, PartiesInvalid, TitleRefused
from .schemas import MatterCreate, MatterRead


async def create(
    session: AsyncSession,
    clock: Clock,
    settings: PolicySettings,
    who: Principal,
    given: MatterCreate,
) -> MatterRead:
    """Enter a matter, in the region of its organisation, or of its person where it has none.

    Raises PartiesInvalid, TitleRefused, NoSubject, and what keeps the caller from bringing it.
    """
    kind = SubjectKind(given.kind)
    sides = SIDES[kind]
    for field, has, party in (
        ("talent_id", sides.person, given.talent_id),
        ("employer_id", sides.organisation, given.employer_id),
    ):
        if has != (party is not None):
            raise PartiesInvalid(field=f"body.{field}")
    if given.title is not None and sides.person:
        raise TitleRefused(field="body.title")
    subject = await subject_of(
        session, kind, new_id(), talent_id=given.talent_id, employer_id=given.employer_id
    )
    if subject.region is None:
        raise NoSubject
    await _require_may_bring(session, clock, settings, who, subject)
    row = Matter(id=subject.id, region=subject.region, **given.model_dump())
    session.add(row)
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="matter.create",
        subject=f"{kind}:{row.id}",
        region=row.region,
    )
    return _read(row)


async def _require_may_bring(
    session: AsyncSession,
    clock: Clock,
    settings: PolicySettings,
    who: Principal,
    subject: SubjectFound,
) -> None:
    if Role.SERVICE in who.roles:
        if who.subject not in settings.authority_clients:
            raise SourceUnknown
        if who.region is not None:
            await require_overseen(session, who, subject, clock)
        return
    role = await require_own_or_overseen(session, who, subject, clock)
    if role == "talent" and subject.employer_id is not None:
        raise NotYoursToBring
    talent, employer = subject.talent_id, subject.employer_id
    employs = talent is None or employer is None or await is_employed(session, talent, employer)
    if role == "agent" and not employs:
        raise NotEmployed


async def matters(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[MatterRead]:
    """List those of the caller's regions for a reviewer, else the caller's own.

    Raises Forbidden for a reviewer whose token names no region, and what finding the caller does.
    """
    if Role.TALENT not in who.roles and Role.EMPLOYER not in who.roles:
        if who.region is None:
            raise Forbidden(field="token.region")
        rows, cursor = await repository.of_regions(session, who.regions(clock), page)
    elif acts_for_employer(who):
        rows, cursor = await repository.of_employer(session, await employer_of(session, who), page)
    else:
        rows, cursor = await repository.of_talent(session, await talent_of(session, who), page)
    return Page(items=[_read(row) for row in rows], next_cursor=cursor)


async def matter(
    session: AsyncSession, clock: Clock, who: Principal, identifier: UUID
) -> MatterRead:
    """Return one matter, to a party or to a reviewer of its region.

    Raises NoMatter for everybody else, OutsideRegion for a reviewer of another region.
    """
    row = await session.get(Matter, identifier)
    if row is None:
        raise NoMatter
    try:
        subject = await find_subject(session, row.kind, row.id)
        await require_own_or_overseen(session, who, subject, clock)
    except NoSubject:
        raise NoMatter from None
    return _read(row)


def _read(row: Matter) -> MatterRead:
    return MatterRead.model_validate(row.model_dump())
