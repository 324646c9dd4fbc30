"""Who may act for an employer: adding, removing, and the end of an agent's time."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerUpdated
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.database import Database
from talent_kit.timers import TimerHandler, set_timer

from ..models import Agent, Employer
from . import errors, repository
from .schemas import AgentCreate, AgentOut, Agents
from .service import acted_for, record, save_state

MAX_AGENTS = 50
LAPSE_TIMER = "agent-lapse"
"""Key: employer and last day. Due when that day is over, so that subscribers learn who is left."""


async def show(session: AsyncSession, clock: Clock, who: Principal, employer_id: UUID) -> Agents:
    """Show who may act for an employer today."""
    return await shown(session, clock, await acted_for(session, clock, who, employer_id))


async def add(
    session: AsyncSession, clock: Clock, who: Principal, employer_id: UUID, body: AgentCreate
) -> Agents:
    """Let a further login act for an employer; one whose time is over may come again."""
    employer = await acted_for(session, clock, who, employer_id, for_update=True)
    return await add_to(session, clock, who, employer, body)


async def add_to(
    session: AsyncSession, clock: Clock, who: Principal, employer: Employer, body: AgentCreate
) -> Agents:
    """Let a further login act for a locked employer, whoever `who` is; for operators."""
    employer_id = employer.id
    today = local_date(clock.now())
    if body.valid_until is not None and body.valid_until < today:
        raise errors.AgentExpired(field="body.valid_until")
    acting = await repository.agents_of(session, employer_id, today)
    if body.login in {agent.login for agent in acting}:
        raise errors.AgentExists
    if len(acting) >= MAX_AGENTS:
        raise errors.TooManyAgents
    former = await repository.agent(session, employer_id, body.login)
    if former is not None:
        await session.delete(former)
        await session.flush()
    session.add(
        Agent(
            employer_id=employer_id,
            login=body.login,
            valid_until=body.valid_until,
            added_by=who.subject,
            added_at=clock.now(),
        )
    )
    if body.valid_until is not None:
        over = local_midnight(body.valid_until + timedelta(days=1))
        await set_timer(session, LAPSE_TIMER, f"{employer_id}:{body.valid_until}", over)
    await _changed(session, clock, who, employer, "employer.agent-added", body.login)
    return await shown(session, clock, employer)


async def remove(
    session: AsyncSession, clock: Clock, who: Principal, employer_id: UUID, login: str
) -> None:
    """Let a login act no longer; raises LastAgent where nobody without an end would stay."""
    employer = await acted_for(session, clock, who, employer_id, for_update=True)
    await remove_from(session, clock, who, employer, login)


async def remove_from(
    session: AsyncSession, clock: Clock, who: Principal, employer: Employer, login: str
) -> None:
    """Let a login act no longer for a locked employer, whoever `who` is; for operators."""
    acting = await repository.agents_of(session, employer.id, local_date(clock.now()))
    leaving = next((agent for agent in acting if agent.login == login), None)
    if leaving is None:
        raise errors.AgentNotFound
    if not any(agent.valid_until is None for agent in acting if agent is not leaving):
        raise errors.LastAgent
    await session.delete(leaving)
    await _changed(session, clock, who, employer, "employer.agent-removed", login)


def lapse_handler(database: Database, clock: Clock) -> TimerHandler:
    """Return the timer's handler: it says anew who may act once an agent's time is over."""

    async def lapse(key: str) -> None:
        identifier, _, last_day = key.partition(":")
        employer_id = UUID(identifier)
        async with database.transaction() as session:
            employer = await repository.by_id(session, employer_id, for_update=True)
            day = date.fromisoformat(last_day)
            if employer is not None and await repository.any_until(session, employer_id, day):
                employer.version += 1
                await save_state(session, clock, EmployerUpdated, employer)

    return lapse


async def _changed(
    session: AsyncSession, clock: Clock, who: Principal, employer: Employer, action: str, login: str
) -> None:
    employer.version += 1
    await save_state(session, clock, EmployerUpdated, employer)
    await record(session, clock, who, action, employer, {"agent": login})


async def shown(session: AsyncSession, clock: Clock, employer: Employer) -> Agents:
    acting = await repository.agents_of(session, employer.id, local_date(clock.now()))
    return Agents(
        items=[AgentOut.model_validate(agent, from_attributes=True) for agent in acting],
        version=employer.version,
    )
