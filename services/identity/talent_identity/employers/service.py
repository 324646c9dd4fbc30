"""Registering employers and showing them to who may act for them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerRegistered, EmployerState, EmployerUpdated
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page
from talent_kit.versions import require_version

from ..models import Agent, Employer
from ..regions import require_region
from . import errors, repository
from .schemas import EmployerCreate, EmployerFound, EmployerOut, EmployerUpdate


async def register(
    session: AsyncSession, clock: Clock, who: Principal, body: EmployerCreate
) -> EmployerOut:
    """Register an employer, with the caller as its first agent.

    One that is on file without any agent is taken over by who names it as the list did.
    """
    require_region(body.region, clock)
    on_file = await repository.by_credit_code(session, body.credit_code, for_update=True)
    if on_file is not None:
        return await _claim(session, clock, who, on_file, body)
    employer = Employer(id=new_id(), **body.model_dump(), registered_at=clock.now(), version=1)
    session.add(employer)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) != "uq_employer_credit_code":
            raise
        raise errors.CreditCodeRegistered from None
    _become_agent(session, clock, who, employer)
    await save_state(session, clock, EmployerRegistered, employer)
    await record(session, clock, who, "employer.registered", employer)
    return shown(employer)


async def _claim(
    session: AsyncSession, clock: Clock, who: Principal, on_file: Employer, body: EmployerCreate
) -> EmployerOut:
    if on_file.name != body.name or await repository.with_agents(session, [on_file.id]):
        raise errors.CreditCodeRegistered
    on_file.version += 1
    _become_agent(session, clock, who, on_file)
    await save_state(session, clock, EmployerUpdated, on_file)
    await record(session, clock, who, "employer.claimed", on_file)
    return shown(on_file)


def _become_agent(session: AsyncSession, clock: Clock, who: Principal, employer: Employer) -> None:
    session.add(
        Agent(
            employer_id=employer.id,
            login=who.subject,
            valid_until=None,
            added_by=who.subject,
            added_at=clock.now(),
        )
    )


async def update(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    employer_id: UUID,
    expected: int,
    body: EmployerUpdate,
) -> EmployerOut:
    """Change an employer; saying what already stands changes nothing."""
    employer = await acted_for(session, clock, who, employer_id, for_update=True)
    require_version(employer.version, expected)
    given = body.model_dump(exclude_unset=True)
    changed = {name for name, value in given.items() if getattr(employer, name) != value}
    if "region" in changed:
        require_region(given["region"], clock)
    for name in changed:
        setattr(employer, name, given[name])
    if changed:
        employer.version += 1
        await save_state(session, clock, EmployerUpdated, employer)
        fields: dict[str, object] = {"fields": sorted(changed)}
        await record(session, clock, who, "employer.changed", employer, fields)
    return shown(employer)


async def acted_for(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    employer_id: UUID,
    *,
    for_update: bool = False,
) -> Employer:
    """Return an employer for which the caller may act today; raises EmployerNotFound."""
    employer = await repository.by_id(session, employer_id, for_update=for_update)
    if employer is None or not await acts_for(session, clock, who, employer_id):
        raise errors.EmployerNotFound
    return employer


async def acts_for(session: AsyncSession, clock: Clock, who: Principal, employer_id: UUID) -> bool:
    """Tell whether the caller may act for an employer today, by the agents' table alone."""
    if Role.EMPLOYER not in who.roles:
        return False
    agent = await repository.agent(session, employer_id, who.subject)
    today = local_date(clock.now())
    return agent is not None and (agent.valid_until is None or agent.valid_until >= today)


async def show(
    session: AsyncSession, clock: Clock, who: Principal, employer_id: UUID
) -> EmployerOut:
    """Show an employer to its agents, or to staff of its region."""
    employer = await repository.by_id(session, employer_id)
    if employer is None:
        raise errors.EmployerNotFound
    if not await acts_for(session, clock, who, employer_id):
        staff = not who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR})
        if not (staff and who.oversees(employer.region, clock)):
            raise errors.EmployerNotFound
    return shown(employer)


async def of_caller(session: AsyncSession, clock: Clock, who: Principal) -> Page[EmployerOut]:
    """Show the employers for which the caller may act."""
    found = await repository.of_login(session, who.subject, local_date(clock.now()))
    return Page(items=[shown(employer) for employer in found])


async def find(session: AsyncSession, credit_code: str) -> Page[EmployerFound]:
    """Show the one employer with a credit code, or none.

    The name of one without an agent so far is kept back: who tells it can take the employer over.
    """
    employer = await repository.by_credit_code(session, credit_code)
    if employer is None:
        return Page(items=[])
    told = await repository.with_agents(session, [employer.id])
    name = employer.name if told else None
    return Page(items=[EmployerFound(id=employer.id, name=name, region=employer.region)])


def shown(employer: Employer) -> EmployerOut:
    """Return an employer as it is shown."""
    return EmployerOut.model_validate(employer, from_attributes=True)


async def save_state(
    session: AsyncSession, clock: Clock, event: type[EmployerState], employer: Employer
) -> None:
    """Save an event with the employer's state and the agents of today."""
    agents = await repository.agents_of(session, employer.id, local_date(clock.now()))
    await save_event(session, clock, state(event, employer, [agent.login for agent in agents]))


def state(
    event: type[EmployerState], employer: Employer, agents: Sequence[str] = ()
) -> EmployerState:
    """Return an event with an employer's public state."""
    return event(
        version=employer.version,
        employer_id=employer.id,
        region=employer.region,
        kind=employer.kind,
        agents=tuple(agents),
    )


async def record(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    action: str,
    employer: Employer,
    detail: dict[str, object] | None = None,
) -> None:
    """Append to the audit log what the caller did to an employer."""
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"employer:{employer.id}",
        region=employer.region,
        detail=detail,
    )
