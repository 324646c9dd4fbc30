from typing import Annotated

from fastapi import Depends
from talent_kit.auth import Principal, Role, staff

FigureReader = Annotated[
    Principal, Depends(staff(Role.REVIEWER, Role.FINANCE, Role.POLICY_ADMIN, Role.AUDITOR))
]
