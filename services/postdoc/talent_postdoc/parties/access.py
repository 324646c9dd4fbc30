"""Talents who act for themselves."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role
from talent_kit.database import SessionDep

from ..models.parties import Person
from . import service

Talent = Annotated[Principal, Depends(role(Role.TALENT))]
"""A talent (人才), signed in."""


async def _person(who: Talent, session: SessionDep) -> Person:
    return await service.registered(session, who)


OwnPerson = Annotated[Person, Depends(_person)]
"""Who the caller is as a talent; raises NotRegistered."""
