"""Whose rights: those of the signed-in talent alone; reviewers answer what they ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from talent_kit.auth import Principal, Role, role, staff
from talent_kit.database import SessionDep

from ..callers import talent_of

DataSubject = Annotated[Principal, Depends(role(Role.TALENT))]
CorrectionReader = Annotated[Principal, Depends(role(Role.TALENT, Role.REVIEWER))]
CorrectionReviewer = Annotated[Principal, Depends(staff(Role.REVIEWER))]
"""A reviewer; that the correction lies in their region is checked with the correction."""


async def _talent(who: DataSubject, session: SessionDep) -> UUID:
    return await talent_of(session, who)


OwnId = Annotated[UUID, Depends(_talent)]
"""The caller's own pseudonymous id."""
