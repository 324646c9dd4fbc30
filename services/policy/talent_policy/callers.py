"""Who the caller is in this service's data: which talent, which employer.

The token's `employer` only selects; whether the login may act for it is data, asked each time.
"""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal, Role
from talent_kit.employers import acted_for
from talent_kit.problems import Conflict, Text

from .models.applications import Application
from .models.facts import Organisation, Person


class NotRegistered(Conflict):
    code = "policy.not-registered"
    title = Text("请先登记人才信息", "Register as a talent first")


def acts_for_employer(who: Principal) -> bool:
    """Tell whether a caller comes as an agent: who is a talent too says so by the claim."""
    return Role.EMPLOYER in who.roles and (who.employer is not None or Role.TALENT not in who.roles)


async def owned_by(
    session: AsyncSession,
    who: Principal,
    owners: Collection[tuple[str, UUID]],
    applications: Collection[UUID],
) -> bool:
    """Tell whether a login is one of several talents, is or was an agent of one of the employers,
    or made one of the applications, whatever its roles."""
    if not (await owners_of(session, who.subject)).isdisjoint(owners):
        return True
    made = select(Application.id).where(
        col(Application.id).in_(applications), col(Application.login) == who.subject
    )
    return (await session.exec(made.limit(1))).first() is not None


async def owners_of(session: AsyncSession, login: str) -> set[tuple[str, UUID]]:
    """Return the talent that a login is, and the employers whose agent it is or ever was."""
    people = select(Person.talent_id).where(col(Person.login) == login)
    firms = select(Organisation.employer_id).where(
        col(Organisation.agents).contains([login])
        | col(Organisation.former_agents).contains([login])
    )
    own = {("person", one) for one in (await session.exec(people)).all()}
    return own | {("organisation", one) for one in (await session.exec(firms)).all()}


async def talent_of(session: AsyncSession, who: Principal) -> UUID:
    """Return the caller's talent id; raises NotRegistered."""
    query = select(Person.talent_id).where(col(Person.login) == who.subject)
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotRegistered
    return found


async def employer_of(session: AsyncSession, who: Principal) -> UUID:
    """Return the employer that the caller acts for; raises NotAnAgent, EmployerNotChosen."""
    return await acted_for(session, who, Organisation)
