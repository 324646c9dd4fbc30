"""Reading and writing employers and their agents."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among

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


async def by_credit_code(
    session: AsyncSession, credit_code: str, *, for_update: bool = False
) -> Employer | None:
    """Return the employer of a credit code, locked for the rest of the transaction if asked."""
    query = select(Employer).where(Employer.credit_code == credit_code)
    return (await session.exec(query.with_for_update() if for_update else query)).one_or_none()


async def file(session: AsyncSession, employers: Sequence[Employer]) -> set[UUID]:
    """Insert employers; return which were, all but those whose credit code is on file.

    Two batches cannot deadlock: each takes its codes in order.
    """
    rows = [row.model_dump() for row in sorted(employers, key=lambda row: row.credit_code)]
    if not rows:
        return set()
    statement = insert(Employer).on_conflict_do_nothing(index_elements=["credit_code"])
    made = await session.execute(statement.returning(col(Employer.id)), rows)
    return set(made.scalars())


async def ids_by_credit_code(
    session: AsyncSession, credit_codes: Collection[str]
) -> dict[str, UUID]:
    """Return the ids of the employers on file, by credit code."""
    query = select(col(Employer.credit_code), col(Employer.id))
    found = await session.exec(query.where(among(col(Employer.credit_code), credit_codes)))
    return dict(found.all())


async def with_agents(session: AsyncSession, employer_ids: Sequence[UUID]) -> set[UUID]:
    """Return those for which anybody may act or once could: one on file alone has nobody."""
    query = select(Agent.employer_id).where(col(Agent.employer_id).in_(employer_ids))
    return set((await session.exec(query.distinct())).all())


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


async def agents_of_many(
    session: AsyncSession, employer_ids: Collection[UUID], on: date
) -> dict[UUID, list[str]]:
    """Return the logins that may act for employers on a day, in order."""
    query = select(Agent).where(col(Agent.employer_id).in_(employer_ids), acting(on))
    found: dict[UUID, list[str]] = {employer_id: [] for employer_id in employer_ids}
    for agent in await session.exec(query.order_by(col(Agent.login))):
        found[agent.employer_id].append(agent.login)
    return found


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


class Place(NamedTuple):
    """Where an employer that is on file stands."""

    id: UUID
    region: str


async def places(session: AsyncSession, credit_codes: Collection[str]) -> dict[str, Place]:
    """Return where employers stand by their credit codes; lists ask for hundreds at a time."""
    query = select(Employer.credit_code, Employer.id, Employer.region).where(
        among(col(Employer.credit_code), credit_codes)
    )
    found = (await session.exec(query)).all()
    return {code: Place(identifier, region) for code, identifier, region in found}


async def regions(session: AsyncSession, employer_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the regions of employers."""
    query = select(Employer.id, Employer.region).where(among(col(Employer.id), employer_ids))
    return dict((await session.exec(query)).all())
