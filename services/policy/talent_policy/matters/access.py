"""Who may bring and see matters."""

from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, role

MatterWrite = Annotated[
    Principal, Depends(role(Role.SERVICE, Role.TALENT, Role.EMPLOYER, Role.REVIEWER))
]
"""An authority's client, whoever the matter belongs to, or a reviewer of its region."""

MatterRead = Annotated[Principal, Depends(role(Role.TALENT, Role.EMPLOYER, Role.REVIEWER))]
