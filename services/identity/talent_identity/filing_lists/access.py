"""Who may file people: offices for their region, employers' agents for their own people."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role
from talent_kit.problems import Forbidden

_admitted = role(Role.REVIEWER, Role.EMPLOYER)


async def may_file(who: Annotated[Principal, Depends(_admitted)]) -> Principal:
    """Return the caller; an office without a region files for nobody: raises Forbidden."""
    if Role.REVIEWER in who.roles and who.region is None:
        raise Forbidden(field="token.region")
    return who


Filer = Annotated[Principal, Depends(may_file)]
"""A reviewer (talent office, 人才办) of a region, or an agent."""
