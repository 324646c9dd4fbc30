"""What a talent's claim means for the employments that lists filed of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmploymentUpdated
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.outbox import save_event

from ..models import Agent, Employment, Erased, Talent
from ..parts import IdentityService
from .errors import DocumentRegistered


async def take_back(
    session: AsyncSession, parts: IdentityService, who: Principal, talent_id: UUID
) -> None:
    """Make what the claimant filed, or their own employer says, the talent's mere declaration.

    So that nobody confirms an employment to which they are a party.
    """
    for employment in await _of_party(session, talent_id, who.subject):
        employment.status, employment.declared_by = "declared", "talent"
        employment.ended_on = None
        employment.changed_at = parts.clock.now()
        employment.version += 1
        state = employment.model_dump() | {"employment_id": employment.id}
        await save_event(session, parts.clock, EmploymentUpdated.model_validate(state))
        await audit.record(
            session,
            parts.clock,
            actor=who.subject,
            action="employment.taken-back",
            subject=f"employment:{employment.id}",
            region=employment.region,
            detail={"version": employment.version},
        )


async def require_one_self(session: AsyncSession, former: Sequence[UUID], talent_id: UUID) -> None:
    """Raise DocumentRegistered where somebody else lives on from one of the erased talents.

    The documents of one person would make two otherwise, who are paid one after the other.
    """
    if not former:
        return
    # Of two who come at once, each with a document of the erased, the second sees the first.
    locked = select(Erased.marker).where(col(Erased.talent_id).in_(former))
    await session.exec(locked.order_by(col(Erased.marker), col(Erased.talent_id)).with_for_update())
    others = select(Talent.id).where(
        col(Talent.formerly).op("&&")(former),
        col(Talent.login).is_not(None),
        Talent.id != talent_id,
    )
    if (await session.exec(others.limit(1))).first() is not None:
        raise DocumentRegistered


async def _of_party(session: AsyncSession, talent_id: UUID, login: str) -> Sequence[Employment]:
    """Return a talent's employments that a login filed or whose employer's agent it is, locked.

    An agent whose time is over counts too.
    """
    employers = select(Agent.employer_id).where(Agent.login == login)
    query = select(Employment).where(
        Employment.talent_id == talent_id,
        or_(col(Employment.filed_by) == login, col(Employment.employer_id).in_(employers)),
    )
    return (await session.exec(query.order_by(col(Employment.id)).with_for_update())).all()
