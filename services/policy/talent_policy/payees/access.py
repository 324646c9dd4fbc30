"""Whose account: the signed-in talent's own, or that of the employer the caller acts for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from talent_kit.auth import Principal, Role, role
from talent_kit.database import SessionDep

from ..callers import acts_for_employer, employer_of, talent_of

PayeeOwner = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER))]


async def _owner(who: PayeeOwner, session: SessionDep) -> tuple[str, UUID]:
    if acts_for_employer(who):
        return "organisation", await employer_of(session, who)
    return "person", await talent_of(session, who)


OwnerDep = Annotated[tuple[str, UUID], Depends(_owner)]
