"""Who may say and see facts."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

FactsWrite = Annotated[
    Principal, Depends(role(Role.SERVICE, Role.TALENT, Role.EMPLOYER, Role.REVIEWER))
]
"""An authority's client, or whoever the subject belongs to, or its region's reviewer."""

FactsRead = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.REVIEWER))]
