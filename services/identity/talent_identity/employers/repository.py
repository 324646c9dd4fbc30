"""Reading and writing employers and their agents."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Agent, Employer


def acting(on: date) -> ColumnElement[bool]:
    """The condition under which an agent may act on a day."""
    return or_(col(Agent.valid_until).is_(None), col(Agent.valid_until) >= on)


async def by_id(
    session: AsyncSession, employer_id: UUID, *, for_update: bool = False
) -> Employer | None:
    """Return an employer, locked for the rest of the transaction if asked."""
    query = select(Employer).where(Employer.id == employer_id)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def by_credit_code(session: AsyncSession, credit_code: str) -> Employer | None:
    query = select(Employer).where(Employer.credit_code == credit_code)
    return (await session.exec(query)).one_or_none()


async def by_ids(session: AsyncSession, employer_ids: Sequence[UUID]) -> Sequence[Employer]:
    return (await session.exec(select(Employer).where(col(Employer.id).in_(employer_ids)))).all()


async def of_login(session: AsyncSession, login: str, on: date) -> Sequence[Employer]:
    """Return the employers for which a login may act on a day."""
    query = select(Employer).join(Agent).where(Agent.login == login, acting(on))
    return (await session.exec(query.order_by(col(Employer.id)))).all()


async def agents_of(session: AsyncSession, employer_id: UUID, on: date) -> Sequence[Agent]:
    """Return the agents who may act for an employer on a day, by login."""
    query = select(Agent).where(Agent.employer_id == employer_id, acting(on))
    return (await session.exec(query.order_by(col(Agent.login)))).all()


async def agent(session: AsyncSession, employer_id: UUID, login: str) -> Agent | None:
    """Return an agent, also one whose time is over."""
    query = select(Agent).where(Agent.employer_id == employer_id, Agent.login == login)
    return (await session.exec(query)).one_or_none()


async def any_until(session: AsyncSession, employer_id: UUID, last_day: date) -> bool:
    """Tell whether an agent of the employer has this last day."""
    query = select(Agent.login).where(
        Agent.employer_id == employer_id, Agent.valid_until == last_day
    )
    return (await session.exec(query.limit(1))).one_or_none() is not None
