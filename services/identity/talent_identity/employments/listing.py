"""Showing employments to both sides and to staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import local_date
from talent_kit.pagination import Page, PageParams

from ..employers import repository as employer_repository
from ..employers import service as employers
from ..models import Employment
from ..parts import IdentityService
from ..talents import service as talents
from ..talents import views
from . import errors, repository
from .schemas import EmploymentOut
from .states import Status, Word


async def list_own(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employer_id: UUID | None,
    status: Status | None,
    page: PageParams,
) -> Page[EmploymentOut]:
    """List a talent's employments, or those of the employers for which the caller may act.

    Naming an employer asks for the employer's side; so does a caller who is no talent.
    """
    if employer_id is None and Role.TALENT in who.roles:
        talent = await talents.own(session, who)
        found, following = await repository.page_of_talent(session, talent.id, status, page)
    else:
        chosen = await _employers(session, parts, who, employer_id)
        found, following = await repository.page_of_employers(session, chosen, status, page)
    return Page(items=await shown_all(session, parts, found), next_cursor=following)


async def show(
    session: AsyncSession, parts: IdentityService, who: Principal, employment_id: UUID
) -> EmploymentOut:
    """Show an employment to either side, or to staff of its region, which is audited."""
    employment = await repository.by_id(session, employment_id)
    if employment is None:
        raise errors.EmploymentNotFound
    mine = (
        Role.TALENT in who.roles and await repository.login_of(session, employment) == who.subject
    )
    if not mine and not await employers.acts_for(session, parts.clock, who, employment.employer_id):
        staff = not who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR})
        if not (staff and who.oversees(employment.region, parts.clock)):
            raise errors.EmploymentNotFound
        await audit.record(
            session,
            parts.clock,
            actor=who.subject,
            action="employment.read",
            subject=f"employment:{employment.id}",
            region=employment.region,
        )
    return await shown(session, parts, employment)


async def shown(
    session: AsyncSession, parts: IdentityService, employment: Employment
) -> EmploymentOut:
    """Return an employment as it is shown."""
    return (await shown_all(session, parts, [employment]))[0]


async def _employers(
    session: AsyncSession, parts: IdentityService, who: Principal, employer_id: UUID | None
) -> list[UUID]:
    """Return the one employer named by the query or the token, or all; each checked in data."""
    if Role.EMPLOYER not in who.roles:
        return []
    today = local_date(parts.clock.now())
    acted_for = await employer_repository.of_login(session, who.subject, today)
    chosen = employer_id or who.employer
    return [employer.id for employer in acted_for if chosen in {None, employer.id}]


async def shown_all(
    session: AsyncSession, parts: IdentityService, employments: Sequence[Employment]
) -> list[EmploymentOut]:
    """Return employments as they are shown, the talents masked."""
    talent_ids = [employment.talent_id for employment in employments]
    people = await views.masked(session, parts.vault, talent_ids)
    employer_ids = [employment.employer_id for employment in employments]
    acting = await employer_repository.with_agents(session, employer_ids)
    organisations = {
        employer.id: employer.name
        for employer in await employer_repository.by_ids(session, employer_ids)
    }
    return [
        EmploymentOut(
            **employment.model_dump(),
            talent_name=person.name if person else None,
            talent_document=person.document if person else None,
            employer_name=None if unnamed else organisations[employment.employer_id],
        )
        for employment in employments
        for stands in [employment.status in {Status.CONFIRMED, Status.ENDED}]
        for told_by in [None if stands else employment.declared_by]
        for person in [people.get(employment.talent_id) if told_by != Word.EMPLOYER else None]
        for unnamed in [told_by == Word.TALENT and employment.employer_id not in acting]
    ]
