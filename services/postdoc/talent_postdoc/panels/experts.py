"""Finding an expert's login by what a convener knows of them: an identity document."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.calls import CallFailed, CallRefused
from talent_kit.clock import Clock
from talent_kit.resolving import Asked, Identity

from ..models.parties import Person
from . import errors
from .schemas import ExpertFound, ExpertSought

PURPOSE = "find-expert"


async def talent_of(identity: Identity | None, given: ExpertSought) -> UUID:
    """Ask identity whom a document means; raises ExpertNotFound, ExpertsNotAsked."""
    if identity is None:
        raise errors.ExpertsNotAsked
    try:
        (known,) = await identity.resolve(
            [Asked(given.kind, given.number, given.issued_by, None)], PURPOSE
        )
    except (CallFailed, CallRefused) as error:
        raise errors.ExpertsNotAsked from error
    if known.talent_id is None:
        raise errors.ExpertNotFound(field="body.number")
    return known.talent_id


async def find(session: AsyncSession, clock: Clock, who: Principal, talent_id: UUID) -> ExpertFound:
    """Return by which login a talent signs in; an audited act, which the talent may read of."""
    person = await session.get(Person, talent_id)
    if person is None or person.login is None:
        raise errors.ExpertNotFound(field="body.number")
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="expert.found",
        subject=f"talent:{talent_id}",
        region=person.region,
    )
    return ExpertFound(login=person.login)
