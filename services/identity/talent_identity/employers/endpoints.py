"""`/v1/employers`."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from talent_kit.auth import SignedIn
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import Page
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..parts import Parts
from ..regions import UnknownRegion
from . import agents, errors, service
from .access import EmployerAgent, EmployerReader
from .schemas import (
    AgentCreate,
    Agents,
    CreditCode,
    EmployerCreate,
    EmployerFound,
    EmployerOut,
    EmployerUpdate,
    Login,
)

router = noun_router("/employers", "employers")


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        UnknownRegion,
        errors.CreditCodeRegistered,
    ),
)
async def register(
    body: EmployerCreate, who: EmployerAgent, session: SessionDep, parts: Parts
) -> EmployerOut:
    """Register an employer; you become its first agent."""
    return await service.register(session, parts.clock, who, body)


@router.get("", responses=problems(Unauthenticated, Invalid))
async def find(
    credit_code: Annotated[CreditCode, Query()], _: SignedIn, session: SessionDep
) -> Page[EmployerFound]:
    """Find the employer with a credit code: one or none."""
    return await service.find(session, credit_code)


@router.get("/me", responses=problems(Unauthenticated, Forbidden))
async def read_own(who: EmployerAgent, session: SessionDep, parts: Parts) -> Page[EmployerOut]:
    """List the employers for which you may act."""
    return await service.of_caller(session, parts.clock, who)


@router.get(
    "/{employer_id}",
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.EmployerNotFound),
)
async def read(
    employer_id: UUID, who: EmployerReader, session: SessionDep, parts: Parts
) -> EmployerOut:
    """Read an employer for which you may act, or as staff one of your region."""
    return await service.show(session, parts.clock, who, employer_id)


@router.patch(
    "/{employer_id}",
    responses=problems(
        Unauthenticated,
        Forbidden,
        errors.EmployerNotFound,
        VersionInvalid,
        VersionChanged,
        VersionRequired,
        Invalid,
        UnknownRegion,
    ),
)
async def update(
    employer_id: UUID,
    body: EmployerUpdate,
    who: EmployerAgent,
    version: IfMatch,
    session: SessionDep,
    parts: Parts,
) -> EmployerOut:
    """Change an employer's name, region or kind."""
    return await service.update(session, parts.clock, who, employer_id, version, body)


@router.get(
    "/{employer_id}/agents",
    responses=problems(Unauthenticated, Forbidden, Invalid, errors.EmployerNotFound),
)
async def list_agents(
    employer_id: UUID, who: EmployerAgent, session: SessionDep, parts: Parts
) -> Agents:
    """List who may act for an employer today."""
    return await agents.show(session, parts.clock, who, employer_id)


@router.post(
    "/{employer_id}/agents",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        InProgress,
        KeyReused,
        Invalid,
        errors.EmployerNotFound,
        errors.AgentExists,
        errors.AgentExpired,
        errors.TooManyAgents,
    ),
)
async def add_agent(
    employer_id: UUID, body: AgentCreate, who: EmployerAgent, session: SessionDep, parts: Parts
) -> Agents:
    """Let a further login act for an employer."""
    return await agents.add(session, parts.clock, who, employer_id, body)


@router.delete(
    "/{employer_id}/agents/{login}",
    status_code=204,
    responses=problems(
        Unauthenticated,
        Forbidden,
        Invalid,
        errors.EmployerNotFound,
        errors.AgentNotFound,
        errors.LastAgent,
    ),
)
async def remove_agent(
    employer_id: UUID,
    login: Annotated[Login, Path()],
    who: EmployerAgent,
    session: SessionDep,
    parts: Parts,
) -> None:
    """Let a login act for an employer no longer."""
    await agents.remove(session, parts.clock, who, employer_id, login)
